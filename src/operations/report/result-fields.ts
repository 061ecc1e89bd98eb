import type { BackupResult } from '../backup/result.ts';
import type { PurgeBrokenResult } from '../broken-files/result.ts';
import type { PassphraseChange } from '../change-passphrase/result.ts';
import type { CompactResult } from '../compact/result.ts';
import type { DeleteResult } from '../delete/result.ts';
import type { LockInfo } from '../locks/read-locks.ts';
import type { LockResult } from '../locks/set-locks.ts';
import type { PurgeResult } from '../purge/result.ts';
import type { RepairResult } from '../repair/result.ts';
import type { RestoreResult } from '../restore/result.ts';
import type { TestCoverage } from '../test/coverage.ts';
import type { FaultyVolume, TestResult } from '../test/result.ts';
import type { ResultFields } from './result-object.ts';

/** What a backup reports. */
export function backupFields(result: BackupResult): ResultFields {
  const { files, folders, symlinks, compact, test } = result;
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
    FilesWithError: result.failedFiles,
    PartialBackup: result.isPartial,
    Dryrun: false,
    DeleteResults: { DeletedSetsActualLength: result.deletedVersions },
    CompactResults: compact === undefined ? null : compactFields(compact),
    TestResults: test === undefined ? null : testFields(test),
  };
}

export function restoreFields(result: RestoreResult): ResultFields {
  return {
    RestoredFiles: result.restoredFiles,
    UnmodifiedFiles: result.unmodifiedFiles,
    SizeOfRestoredFiles: result.restoredBytes,
    RestoredFolders: result.restoredFolders,
    RestoredSymlinks: result.restoredSymlinks,
    RestorePath: result.targetFolder,
    BrokenLocalFiles: [...result.brokenFiles, ...result.refused].map(({ path }) => path),
    BrokenRemoteFiles: result.brokenVolumes.map(({ name }) => name),
    Dryrun: result.isDryRun,
  };
}

export function deleteFields(result: DeleteResult): ResultFields {
  const deleted = result.versions.filter(({ action }) => action === 'delete');
  return {
    DeletedSets: deleted.map(({ version, timestamp }) => ({
      Item1: version,
      Item2: new Date(timestamp * 1000).toISOString(),
    })),
    DeletedSetsActualLength: result.deletedVersions,
    CompactResults: result.compact === undefined ? null : compactFields(result.compact),
    Dryrun: result.isDryRun,
  };
}

export function compactFields(result: CompactResult): ResultFields {
  return {
    DeletedFileCount: result.unusedVolumes + result.rewrittenVolumes,
    DownloadedFileCount: result.rewrittenVolumes,
    UploadedFileCount: result.storedVolumes,
    DeletedFileSize: result.deletedBytes,
    UploadedFileSize: result.storedBytes,
    Dryrun: result.isDryRun,
  };
}

export function purgeFields(result: PurgeResult): ResultFields {
  return {
    RemovedFileCount: result.removedEntries,
    RemovedFileSize: result.removedBytes,
    RewrittenFileLists: result.versions.length,
    CompactResults: result.compact === undefined ? null : compactFields(result.compact),
    Dryrun: result.isDryRun,
  };
}

export function purgeBrokenFields(result: PurgeBrokenResult): ResultFields {
  return {
    RemovedFileCount: result.removedEntries,
    RewrittenFileLists: result.rewrittenVersions,
    DeletedSetsActualLength: result.deletedVersions,
    Dryrun: result.isDryRun,
  };
}

export function testFields(result: TestResult): ResultFields {
  return {
    TestedVolumes: result.testedVolumes,
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

export function lockFields(result: LockResult): ResultFields {
  return {
    LockedVolumes: result.lockedVolumes,
    KeptVolumes: result.keptVolumes,
    FailedVolumes: result.failedVolumes,
  };
}

export function lockInfoFields(result: LockInfo): ResultFields {
  const { readVolumes, lockedVolumes, lockedUntilMs } = result;
  return {
    ReadVolumes: readVolumes,
    LockedVolumes: lockedVolumes,
    LockedUntil: lockedUntilMs === undefined ? null : new Date(lockedUntilMs).toISOString(),
  };
}

export function repairFields(result: RepairResult): ResultFields {
  return {
    RecreateDatabaseResults: result.isDatabaseRebuilt ? { MainOperation: 'Repair' } : null,
    UploadedFileCount: result.storedVolumes,
    DeletedFileCount: result.deletedVolumes,
    Actions: result.actions,
    Dryrun: result.isDryRun,
  };
}

export function passphraseFields(result: PassphraseChange): ResultFields {
  return {
    ChangedVolumes: result.changedVolumes,
    ChangedBytes: result.changedBytes,
    UnreadableVolumes: result.unreadableVolumes,
    Dryrun: result.isDryRun,
  };
}
