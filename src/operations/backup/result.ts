import type { CompactResult } from '../compact/result.ts';
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
  /** What compacting did; `undefined` where none was due. */
  compact: CompactResult | undefined;
  /** What reading samples back found; `undefined` where none were read. */
  test: TestResult | undefined;
}

/** How many paths a result names; the rest is only counted. */
const NAMED_PATHS = 100;

export function emptyBackupResult(): BackupResult {
  const counts = (): EntryCounts => ({ examined: 0, added: 0, modified: 0, deleted: 0 });
  return {
    files: counts(),
    folders: counts(),
    symlinks: counts(),
    examinedBytes: 0,
    openedBytes: 0,
    openedFiles: 0,
    newBlocks: 0,
    newBlockBytes: 0,
    failedFiles: 0,
    failedPaths: [],
    isPartial: false,
    versionTime: undefined,
    deletedVersions: 0,
    compact: undefined,
    test: undefined,
  };
}

export function addFailure(result: BackupResult, path: string): void {
  result.failedFiles++;
  if (result.failedPaths.length < NAMED_PATHS) result.failedPaths.push(path);
}
