import type { CompactResult } from '../compact/result.ts';

/** What was taken out of one version. */
export interface PurgedVersion {
  /** Its number at the beginning of the run, 0 the newest. */
  readonly version: number;
  /** Its time before, in seconds since 1970. */
  readonly timestamp: number;
  readonly removedEntries: number;
  /** Sum of the sizes of the files. */
  readonly removedBytes: number;
}

/** What a purge did, or would do. */
export interface PurgeResult {
  /** The versions that were changed, the oldest first. */
  readonly versions: readonly PurgedVersion[];
  readonly removedEntries: number;
  readonly removedBytes: number;
  /** What the compaction that followed did; `undefined` where none was due. */
  readonly compact: CompactResult | undefined;
  /** False where the run was stopped before the last version. */
  readonly isComplete: boolean;
  readonly isDryRun: boolean;
}
