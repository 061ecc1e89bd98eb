/** Files of this machine: walking a source, reading metadata into blobs, and putting entries back safely. */
export { type EntryKind, entryKind, withoutEndSeparator } from './entry-kind.ts';
export { type ApplyMetadataOptions, applyFlags, applyMetadata } from './metadata/apply-metadata.ts';
export { attributeBits } from './metadata/attributes.ts';
export { punchHoles } from './metadata/punch-holes.ts';
export { type EntryMetadata, type ReadMetadataOptions, readMetadata } from './metadata/read-metadata.ts';
export { streamMetadataBlob } from './metadata/stream-metadata.ts';
export { isMarkedExcluded } from './metadata/xattrs.ts';
export { type PreparedSources, prepareSources, probeSource, type SourceProbe } from './prepare-sources.ts';
export { type Relocation, relocate } from './relocation.ts';
export { isSnapshotFolder } from './snapshots/snapshot-name.ts';
export { type SnapshotPolicy, type Snapshots, takeSnapshots } from './snapshots/take-snapshots.ts';
export { SourceError, type SourceErrorCode } from './source-error.ts';
export { openStreamSource, type StreamSettings, type StreamSource } from './stream-source.ts';
export { systemPathOf } from './system-path.ts';
export { TargetGuard, type TargetGuardOptions } from './target-guard.ts';
export {
  type SourceStat,
  type WalkDecision,
  type WalkedEntry,
  type WalkOptions,
  walk,
} from './walk.ts';
