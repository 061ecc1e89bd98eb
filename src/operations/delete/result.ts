import type { RetentionReason } from '../../retention/index.ts';
import type { CompactResult } from '../compact/result.ts';

/** What is decided of one version. */
export interface VersionDecision {
  /** Its number at the beginning of the run, 0 the newest. */
  readonly version: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly action: 'keep' | 'delete';
  /** `locked`: it would go, and the destination refuses to delete its file list. */
  readonly reason: RetentionReason | 'locked';
}

/** What a deletion did, or would do. */
export interface DeleteResult {
  /** Every version, newest first. */
  readonly versions: readonly VersionDecision[];
  readonly deletedVersions: number;
  /** What the compaction that followed did; `undefined` where none was due. */
  readonly compact: CompactResult | undefined;
  readonly isDryRun: boolean;
}
