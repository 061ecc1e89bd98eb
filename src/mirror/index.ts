/** Pulling backups from servers over SSH: configuration, runs, cleanup, monitoring, searching and the way back. */

export { type CleanupResult, type CleanupSettings, cleanSource } from './cleanup/clean-source.ts';
export { findOrphans, type Orphan } from './cleanup/find-orphans.ts';
export type { Decision } from './cleanup/plan-cleanup.ts';
export { Configuration, type Destination, type Source } from './configuration/configuration.ts';
export { applyDocument, writeDocument } from './configuration/document.ts';
export { configurationSchema } from './configuration/document-schema.ts';
export { type DocumentForm, formatDocument } from './configuration/document-text.ts';
export {
  type Effective,
  effectiveRows,
  type FieldOrigin,
  type FieldRow,
  resolveFields,
} from './configuration/effective.ts';
export type { FieldDeclaration, FieldPlace } from './configuration/field.ts';
export { applyWords, type FieldSet, readFields, writeFields } from './configuration/field-set.ts';
export { FIELDS, fieldsOf } from './configuration/fields.ts';
export { renameSource } from './configuration/rename-source.ts';
export type { MirrorContext, PullProgress } from './context.ts';
export { claimDestination, identifyDestination, readSpace } from './destination/check-destination.ts';
export { MirrorError, type MirrorErrorCode } from './error.ts';
export type { MirrorEvent, MirrorEvents } from './events.ts';
export { checkDestinationHealth } from './monitor/check-destination-health.ts';
export { type Health, type HealthReport, monitor } from './monitor/monitor.ts';
export { type Summary, summarize } from './monitor/summarize.ts';
export { type RestoreOutcome, type RestoreRequest, restoreVersion } from './restore/restore-version.ts';
export type { PullParts } from './run/pull-job.ts';
export { type PullOutcome, pullSource } from './run/pull-source.ts';
export { findDueSources, nextPullMs } from './schedule/due-sources.ts';
export { pullSources } from './schedule/pull-sources.ts';
export { type FoundLine, findContent } from './search/find-content.ts';
export { type FoundFile, findFiles } from './search/find-files.ts';
export { forgetHostKeys } from './ssh/connection.ts';
export { type Tools, toolEnvironment } from './tools.ts';
export { removeTree } from './tree/remove-tree.ts';
export { usedBytes } from './used-bytes.ts';
export type { VaultPort, VaultRequest, VaultRoot } from './vault.ts';
