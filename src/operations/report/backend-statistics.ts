import type { LocalDatabase } from '../../database/index.ts';
import type { TransferStatistics } from '../../transfer/index.ts';
import type { ResultFields } from './result-object.ts';

/** What a run did at the destination, and what lies there as far as the local database knows; either may be unknown. */
export function backendStatistics(
  transfer: TransferStatistics | undefined,
  database: LocalDatabase | undefined,
): ResultFields {
  return {
    ...(transfer === undefined ? {} : transferFields(transfer)),
    ...(database === undefined ? {} : storageFields(database)),
  };
}

function transferFields(transfer: TransferStatistics): ResultFields {
  return {
    RemoteCalls: transfer.remoteCalls,
    BytesUploaded: transfer.bytesUploaded,
    BytesDownloaded: transfer.bytesDownloaded,
    FilesUploaded: transfer.filesUploaded,
    FilesDownloaded: transfer.filesDownloaded,
    FilesDeleted: transfer.filesDeleted,
    FoldersCreated: transfer.foldersCreated,
    RetryAttempts: transfer.retryAttempts,
    UnknownFileCount: transfer.unknownFiles,
    UnknownFileSize: transfer.unknownBytes,
  };
}

function storageFields({ volumes, filesets }: LocalDatabase): ResultFields {
  const stored = (['dblock', 'dindex', 'dlist'] as const).flatMap((kind) => volumes.stored(kind));
  const versions = filesets.versions();
  const [newest] = versions;
  return {
    KnownFileCount: stored.length,
    KnownFileSize: stored.reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0),
    KnownFilesets: versions.length,
    BackupListCount: versions.length,
    LastBackupDate: newest === undefined ? null : new Date(newest.timestamp * 1000).toISOString(),
  };
}
