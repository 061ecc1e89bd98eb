/** What a run did at the destination; the numbers of the result object (Duplicati's BackendStatistics). */
export interface TransferStatistics {
  remoteCalls: number;
  bytesUploaded: number;
  bytesDownloaded: number;
  filesUploaded: number;
  filesDownloaded: number;
  filesDeleted: number;
  foldersCreated: number;
  retryAttempts: number;
  /** Files at the destination, in the last listing, that are no volumes of any backup. */
  unknownFiles: number;
  unknownBytes: number;
}

/** The statistics of a run that has sent nothing yet. */
export function emptyStatistics(): TransferStatistics {
  return {
    remoteCalls: 0,
    bytesUploaded: 0,
    bytesDownloaded: 0,
    filesUploaded: 0,
    filesDownloaded: 0,
    filesDeleted: 0,
    foldersCreated: 0,
    retryAttempts: 0,
    unknownFiles: 0,
    unknownBytes: 0,
  };
}
