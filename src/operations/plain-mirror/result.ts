/** What keeping a plain mirror did, or with a dry run would do. */
export interface PlainMirrorResult {
  readonly isDryRun: boolean;
  examinedFiles: number;
  uploadedFiles: number;
  uploadedBytes: number;
  unchangedFiles: number;
  deletedFiles: number;
  /** Links, devices and the like, which a plain mirror cannot hold, and files that could not be stored. */
  skippedFiles: number;
  failedFiles: number;
}

/** The result of a run that has done nothing yet. */
export function emptyMirrorResult(isDryRun: boolean): PlainMirrorResult {
  return {
    isDryRun,
    examinedFiles: 0,
    uploadedFiles: 0,
    uploadedBytes: 0,
    unchangedFiles: 0,
    deletedFiles: 0,
    skippedFiles: 0,
    failedFiles: 0,
  };
}
