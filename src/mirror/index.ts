/** Pulling backups from servers over SSH: configuration, runs, cleanup, monitoring, searching and the way back. */

export { Configuration, type Destination, type Source } from './configuration/configuration.ts';
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
export type { MirrorContext, PullProgress } from './context.ts';
export { claimDestination, readSpace } from './destination/check-destination.ts';
export { MirrorError, type MirrorErrorCode } from './error.ts';
export type { MirrorEvent, MirrorEvents } from './events.ts';
export type { PullParts } from './run/pull-job.ts';
export { type PullOutcome, pullSource } from './run/pull-source.ts';
export { findDueSources, nextPullMs } from './schedule/due-sources.ts';
export { pullSources } from './schedule/pull-sources.ts';
export { forgetHostKeys } from './ssh/connection.ts';
export { type Tools, toolEnvironment } from './tools.ts';
export type { VaultPort, VaultRequest, VaultRoot } from './vault.ts';
