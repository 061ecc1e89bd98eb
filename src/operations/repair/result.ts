/** What a repair did, or would do. */
export interface RepairResult {
  /** True where the local database was made anew from the destination. */
  readonly isDatabaseRebuilt: boolean;
  /** Volumes that were stored again. */
  readonly storedVolumes: number;
  /** Files at the destination that an earlier run had given up, deleted now. */
  readonly deletedVolumes: number;
  /** Everything that was done, a sentence each. */
  readonly actions: readonly string[];
  readonly isDryRun: boolean;
}
