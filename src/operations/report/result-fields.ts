import type { BackupResult } from '../backup/result.ts';
import type { PurgeBrokenResult } from '../broken-files/result.ts';
import type { PassphraseChange } from '../change-passphrase/result.ts';
import type { CompactResult } from '../compact/result.ts';
import type { DeleteResult, VersionDecision } from '../delete/result.ts';
import type { LockInfo } from '../locks/read-locks.ts';
import type { LockResult } from '../locks/set-locks.ts';
import type { PurgeResult } from '../purge/result.ts';
import type { RepairResult } from '../repair/result.ts';
import type { RestoreResult } from '../restore/result.ts';
import type { TestCoverage } from '../test/coverage.ts';
import type { FaultyVolume, TestResult } from '../test/result.ts';
import { isoTime } from './iso-time.ts';
import type { ResultFields } from './result-object.ts';

/** What a backup reports. */
export function backupFields(result: BackupResult, isDryRun = false): ResultFields {
  const { files, folders, symlinks, compact, test, locks } = result;
  return {
    ExaminedFiles: files.examined,
    OpenedFiles: result.openedFiles,
    AddedFiles: files.added,
    ModifiedFiles: files.modified,
    DeletedFiles: files.deleted,
    AddedFolders: folders.added,
    ModifiedFolders: folders.modified,
    DeletedFolders: folders.deleted,
    AddedSymlinks: symlinks.added,
    ModifiedSymlinks: symlinks.modified,
    DeletedSymlinks: symlinks.deleted,
    SizeOfExaminedFiles: result.examinedBytes,
    SizeOfOpenedFiles: result.openedBytes,
    SizeOfAddedFiles: result.addedBytes,
    SizeOfModifiedFiles: result.modifiedBytes,
    NotProcessedFiles: result.unprocessedFiles,
    TooLargeFiles: result.tooLargeFiles,
    TimestampChangedFiles: result.timestampChangedFiles,
    FilesWithError: result.failedFiles,
    PartialBackup: result.isPartial,
    Dryrun: isDryRun,
    DeleteResults: result.retention.length === 0 ? null : part('Delete', retentionFields(result.retention)),
    CompactResults: compact === undefined ? null : part('Compact', compactFields(compact)),
    TestResults: test === undefined ? null : part('Test', testFields(test)),
    LockResults: locks === undefined ? null : part('SetLocks', lockFields(locks)),
    // What is mended is mended in the course of the backup; it has no result of its own.
    RepairResults: null,
    VacuumResults: null,
    RemoteSynchronizationResults: [],
  };
}

/** A result within a result. */
function part(mainOperation: string, fields: ResultFields): ResultFields {
  return { MainOperation: mainOperation, ...fields };
}

/** What a restore reports. */
export function restoreFields(result: RestoreResult): ResultFields {
  return {
    RestoredFiles: result.restoredFiles,
    UnmodifiedFiles: result.unmodifiedFiles,
    SizeOfUnmodifiedFiles: result.unmodifiedBytes,
    SizeOfRestoredFiles: result.restoredBytes,
    SizeOfRestoredData: result.restoredBytes,
    RestoredFolders: result.restoredFolders,
    RestoredSymlinks: result.restoredSymlinks,
    RestorePath: result.targetFolder,
    TotalVolumesAccessed: result.volumesRead,
    // A restore changes files in place and deletes nothing.
    PatchedFiles: 0,
    DeletedFiles: 0,
    DeletedFolders: 0,
    DeletedSymlinks: 0,
    RecreateDatabaseResults: null,
    BrokenLocalFiles: [...result.brokenFiles, ...result.refused].map(({ path }) => path),
    BrokenRemoteFiles: result.brokenVolumes.map(({ name }) => name),
    Dryrun: result.isDryRun,
  };
}

/** What a deletion of versions reports. */
export function deleteFields(result: DeleteResult): ResultFields {
  return {
    ...retentionFields(result.versions),
    CompactResults: result.compact === undefined ? null : part('Compact', compactFields(result.compact)),
    Dryrun: result.isDryRun,
  };
}

/** What was decided of each version, and which of them go. */
function retentionFields(versions: readonly VersionDecision[]): ResultFields {
  const deleted = versions.filter(({ action }) => action === 'delete');
  return {
    DeletedSets: deleted.map(({ version, timestamp }) => ({ Item1: version, Item2: isoTime(timestamp) })),
    DeletedSetsActualLength: deleted.length,
    Decisions: versions.map(({ version, timestamp, action, reason }) => ({
      Version: version,
      Time: isoTime(timestamp),
      Action: action,
      Reason: reason,
    })),
  };
}

/** What a compaction reports. */
export function compactFields(result: CompactResult): ResultFields {
  return {
    DeletedFileCount: result.unusedVolumes + result.rewrittenVolumes,
    DownloadedFileCount: result.rewrittenVolumes,
    DownloadedFileSize: result.downloadedBytes,
    UploadedFileCount: result.storedVolumes,
    DeletedFileSize: result.deletedBytes,
    UploadedFileSize: result.storedBytes,
    VacuumResults: null,
    Dryrun: result.isDryRun,
  };
}

/** What a purge of files reports. */
export function purgeFields(result: PurgeResult): ResultFields {
  return {
    RemovedFileCount: result.removedEntries,
    RemovedFileSize: result.removedBytes,
    RewrittenFileLists: result.versions.length,
    UpdatedFileCount: 0,
    CompactResults: result.compact === undefined ? null : part('Compact', compactFields(result.compact)),
    Dryrun: result.isDryRun,
  };
}

/** What a purge of broken files reports. */
export function purgeBrokenFields(result: PurgeBrokenResult): ResultFields {
  const { versions, isDryRun } = result;
  const deleted = versions.filter(({ action }) => action === 'delete');
  const rewritten = versions.filter(({ action }) => action === 'rewrite');
  const purged = {
    RemovedFileCount: result.removedEntries,
    RewrittenFileLists: rewritten.length,
    UpdatedFileCount: rewritten.reduce((sum, { emptiedEntries }) => sum + emptiedEntries, 0),
    Dryrun: isDryRun,
  };
  const deletion = {
    DeletedSets: deleted.map(({ version, timestamp }) => ({ Item1: version, Item2: isoTime(timestamp) })),
    DeletedSetsActualLength: deleted.length,
    Dryrun: isDryRun,
  };
  return {
    PurgeResults: rewritten.length === 0 ? null : part('PurgeFiles', purged),
    DeleteResults: deleted.length === 0 ? null : part('Delete', deletion),
    Dryrun: isDryRun,
  };
}

/** What a test of volumes reports. */
export function testFields(result: TestResult): ResultFields {
  return {
    TestedVolumes: result.testedVolumes,
    VerificationsActualLength: result.testedVolumes,
    Coverage: coverageFields(result.coverage),
    Verifications: result.faultyVolumes.map(({ name, faults }) => ({
      Key: name,
      Value: faults.map(toChange),
    })),
  };
}

function coverageFields({ stored, read, recent, longestAgoMs }: TestCoverage): ResultFields {
  return {
    StoredVolumes: stored.volumes,
    StoredBytes: stored.bytes,
    ReadVolumes: read.volumes,
    ReadBytes: read.bytes,
    ...Object.fromEntries(recent.map(({ days, bytes }) => [`ReadBytesIn${days}Days`, bytes])),
    LongestAgo: longestAgoMs === undefined ? null : new Date(longestAgoMs).toISOString(),
  };
}

const CHANGES = {
  unreadable: 'Error',
  damaged: 'Error',
  missing: 'Missing',
  modified: 'Modified',
  extra: 'Extra',
} as const satisfies Record<FaultyVolume['faults'][number]['kind'], string>;

function toChange({ kind, subject }: FaultyVolume['faults'][number]): { Key: string; Value: string } {
  return { Key: CHANGES[kind], Value: subject };
}

/** What setting locks reports. */
export function lockFields(result: LockResult): ResultFields {
  return {
    LockedVolumes: result.lockedVolumes,
    KeptVolumes: result.keptVolumes,
    FailedVolumes: result.failedVolumes,
  };
}

/** What reading locks reports. */
export function lockInfoFields(result: LockInfo): ResultFields {
  const { readVolumes, lockedVolumes, lockedUntilMs } = result;
  return {
    ReadVolumes: readVolumes,
    LockedVolumes: lockedVolumes,
    LockedUntil: lockedUntilMs === undefined ? null : new Date(lockedUntilMs).toISOString(),
  };
}

/** What a repair reports. */
export function repairFields(result: RepairResult): ResultFields {
  return {
    RecreateDatabaseResults: result.isDatabaseRebuilt ? part('Repair', {}) : null,
    UploadedFileCount: result.storedVolumes,
    DeletedFileCount: result.deletedVolumes,
    Actions: result.actions,
    Dryrun: result.isDryRun,
  };
}

/** What a change of the passphrase reports. */
export function passphraseFields(result: PassphraseChange): ResultFields {
  return {
    ChangedVolumes: result.changedVolumes,
    ChangedBytes: result.changedBytes,
    UnreadableVolumes: result.unreadableVolumes,
    Dryrun: result.isDryRun,
  };
}
