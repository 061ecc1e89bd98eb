/** What was done to one version that lacked something. */
export interface MendedVersion {
  /** Its number at the beginning of the run, 0 the newest. */
  readonly version: number;
  /** Its time before, in seconds since 1970. */
  readonly timestamp: number;
  readonly action: 'delete' | 'rewrite';
  readonly removedEntries: number;
  /** Entries that stay with empty metadata. */
  readonly emptiedEntries: number;
}

/** What the removal of broken files did, or would do. */
export interface PurgeBrokenResult {
  /** The versions that were changed, the oldest first. */
  readonly versions: readonly MendedVersion[];
  readonly deletedVersions: number;
  readonly rewrittenVersions: number;
  readonly removedEntries: number;
  readonly isDryRun: boolean;
}
