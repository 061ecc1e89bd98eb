/** What making a destination equal to another did, or with a dry run would do. */
export interface SynchronizeResult {
  readonly isDryRun: boolean;
  copiedFiles: number;
  copiedBytes: number;
  /** Of the copied files, those that stood for others of their names. */
  replacedFiles: number;
  /** Files that were the same on both sides. */
  unchangedFiles: number;
  /** Volumes that the source no longer has: deleted, or kept under another name. */
  removedFiles: number;
  /**
   * Volumes that the source no longer has and that stay: it was not said that they may go, or the storage
   * refused it.
   */
  remainingFiles: number;
  /** Files that belong to no backup of the source; they are left alone. */
  foreignFiles: number;
}

/** The result of a run that has done nothing yet. */
export function emptySynchronizeResult(isDryRun: boolean): SynchronizeResult {
  return {
    isDryRun,
    copiedFiles: 0,
    copiedBytes: 0,
    replacedFiles: 0,
    unchangedFiles: 0,
    removedFiles: 0,
    remainingFiles: 0,
    foreignFiles: 0,
  };
}
