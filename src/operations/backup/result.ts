import type { ExamineJob } from '../../pipeline/index.ts';
import type { WalkedEntry } from '../../sources/index.ts';
import type { CompactResult } from '../compact/result.ts';
import type { VersionDecision } from '../delete/result.ts';
import type { LockResult } from '../locks/set-locks.ts';
import type { TestResult } from '../test/result.ts';

/** Counts of one kind of entry. */
export interface EntryCounts {
  examined: number;
  added: number;
  modified: number;
  deleted: number;
}

/** What a backup did. */
export interface BackupResult {
  readonly files: EntryCounts;
  readonly folders: EntryCounts;
  readonly symlinks: EntryCounts;
  /** Bytes of all files of the version. */
  examinedBytes: number;
  /** Bytes of the files that were read. */
  openedBytes: number;
  openedFiles: number;
  /** Bytes of the files that are new, and of those whose content or metadata is. */
  addedBytes: number;
  modifiedBytes: number;
  /** Files that were read, and in which nothing but the time is new. */
  timestampChangedFiles: number;
  /** Files that are larger than the user wants to store. */
  tooLargeFiles: number;
  /** Entries that the run had found when it was stopped, and did not come to; they do not count as examined. */
  unprocessedFiles: number;
  /** New blocks, and their bytes before compression. */
  newBlocks: number;
  newBlockBytes: number;
  /** Entries that could not be read. They are not in the version. */
  failedFiles: number;
  readonly failedPaths: string[];
  /** True when the run was stopped early: the version is partial. */
  isPartial: boolean;
  /** The time of the version, seconds since 1970; `undefined` when nothing had changed and no version was made. */
  versionTime: number | undefined;
  /** Older versions that retention deleted. */
  deletedVersions: number;
  /** What retention decided of each version, newest first; empty where no rule was given. */
  retention: readonly VersionDecision[];
  /** What became of locks; `undefined` where none were asked for. */
  locks: LockResult | undefined;
  /** What compacting did; `undefined` where none was due. */
  compact: CompactResult | undefined;
  /** What reading samples back found; `undefined` where none were read. */
  test: TestResult | undefined;
}

/** How many paths a result names; the rest is only counted. */
const NAMED_PATHS = 100;

/** The result of a run that has done nothing yet. */
export function emptyBackupResult(): BackupResult {
  const counts = (): EntryCounts => ({ examined: 0, added: 0, modified: 0, deleted: 0 });
  return {
    files: counts(),
    folders: counts(),
    symlinks: counts(),
    examinedBytes: 0,
    openedBytes: 0,
    openedFiles: 0,
    addedBytes: 0,
    modifiedBytes: 0,
    timestampChangedFiles: 0,
    tooLargeFiles: 0,
    unprocessedFiles: 0,
    newBlocks: 0,
    newBlockBytes: 0,
    failedFiles: 0,
    failedPaths: [],
    isPartial: false,
    versionTime: undefined,
    deletedVersions: 0,
    retention: [],
    locks: undefined,
    compact: undefined,
    test: undefined,
  };
}

/** Counts an entry that the run has come to. */
export function countExamined(result: BackupResult, kind: WalkedEntry['kind'] | ExamineJob['kind']): void {
  if (kind === 'folder') result.folders.examined++;
  else if (kind === 'symlink') result.symlinks.examined++;
  else result.files.examined++;
}

/** Counts an entry that could not be read. */
export function addFailure(result: BackupResult, path: string): void {
  result.failedFiles++;
  if (result.failedPaths.length < NAMED_PATHS) result.failedPaths.push(path);
}
