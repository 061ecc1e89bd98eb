/**
 * The result object of every operation has the fields that Duplicati's has, so that whatever reads those
 * reads these.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { after, before } from 'node:test';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';

/** Of every result; `Duration` and times are told of the whole run only. */
const COMMON = `MainOperation ParsedResult Interrupted Version BeginTime EndTime Duration MessagesActualLength WarningsActualLength ErrorsActualLength
  Messages Warnings Errors BackendStatistics`;
const PART = 'MainOperation ParsedResult Interrupted Version BackendStatistics';
const STATISTICS = `RemoteCalls BytesUploaded BytesDownloaded FilesUploaded FilesDownloaded FilesDeleted FoldersCreated RetryAttempts UnknownFileSize
  UnknownFileCount KnownFileCount KnownFileSize KnownFilesets LastBackupDate BackupListCount`;
const QUOTA = 'TotalQuotaSpace FreeQuotaSpace AssignedQuotaSpace ReportedQuotaError ReportedQuotaWarning';
const COMPACT = `DeletedFileCount DownloadedFileCount UploadedFileCount DeletedFileSize DownloadedFileSize UploadedFileSize Dryrun VacuumResults`;
const DELETE = 'DeletedSetsActualLength DeletedSets';
const TEST = 'VerificationsActualLength Verifications';

interface Expected {
  readonly argv: readonly string[];
  readonly mainOperation: string;
  /** Names apart by white space; those of a part of the result after its name and a dot. */
  readonly fields: string;
  /** Whether the result is in the local database afterwards. */
  readonly isKept: boolean;
}

let home = '';
let source = '';
let destination = '';

/** In this order: each command finds what the ones before left. */
const TABLE: readonly Expected[] = [
  {
    argv: [
      'backup',
      'DESTINATION',
      'SOURCE',
      '--keep-versions=2',
      '--auto-vacuum',
      '--backup-test-samples=1',
    ],
    mainOperation: 'Backup',
    fields: `DeletedFiles DeletedFolders ModifiedFiles ExaminedFiles OpenedFiles AddedFiles SizeOfModifiedFiles SizeOfAddedFiles SizeOfExaminedFiles
      SizeOfOpenedFiles NotProcessedFiles AddedFolders TooLargeFiles FilesWithError TimestampChangedFiles ModifiedFolders ModifiedSymlinks AddedSymlinks
      DeletedSymlinks PartialBackup Dryrun CompactResults VacuumResults DeleteResults RepairResults TestResults LockResults RemoteSynchronizationResults
      ${within('BackendStatistics', `${STATISTICS} ${QUOTA}`)} ${within('DeleteResults', `${PART} ${DELETE}`)}
      ${within('TestResults', `${PART} ${TEST}`)} ${within('VacuumResults', PART)}`,
    isKept: true,
  },
  {
    argv: ['list', 'DESTINATION'],
    mainOperation: 'List',
    fields: 'EncryptedFiles Filesets',
    isKept: false,
  },
  { argv: ['list', 'DESTINATION', '*'], mainOperation: 'List', fields: 'Filesets Files', isKept: false },
  { argv: ['find', 'DESTINATION', '*'], mainOperation: 'List', fields: 'Filesets Files', isKept: false },
  {
    argv: ['list-filesets', 'DESTINATION'],
    mainOperation: 'ListFilesets',
    fields: `EncryptedFiles Filesets ${within('BackendStatistics', 'RemoteCalls UnknownFileCount')}`,
    isKept: false,
  },
  {
    argv: ['compare', 'DESTINATION'],
    mainOperation: 'ListChanges',
    fields: `BaseVersionTimestamp CompareVersionTimestamp BaseVersionIndex CompareVersionIndex ChangeDetails AddedFolders AddedSymlinks AddedFiles DeletedFolders
      DeletedSymlinks DeletedFiles ModifiedFolders ModifiedSymlinks ModifiedFiles PreviousSize CurrentSize AddedSize DeletedSize`,
    isKept: false,
  },
  {
    argv: ['list-broken-files', 'DESTINATION'],
    mainOperation: 'ListBrokenFiles',
    fields: 'BrokenFiles',
    isKept: false,
  },
  {
    argv: ['restore', 'DESTINATION', '--restore-path=HOME/restored'],
    mainOperation: 'Restore',
    fields: `BrokenLocalFiles BrokenRemoteFiles RestoredFiles SizeOfRestoredFiles SizeOfRestoredData RestoredFolders RestoredSymlinks PatchedFiles DeletedFiles
      DeletedFolders DeletedSymlinks UnmodifiedFiles SizeOfUnmodifiedFiles RestorePath TotalVolumesAccessed RecreateDatabaseResults`,
    isKept: true,
  },
  { argv: ['test', 'DESTINATION', 'all'], mainOperation: 'Test', fields: TEST, isKept: true },
  {
    argv: ['purge', 'DESTINATION', 'gone.txt'],
    mainOperation: 'PurgeFiles',
    fields: 'RemovedFileCount RemovedFileSize RewrittenFileLists UpdatedFileCount CompactResults',
    isKept: true,
  },
  {
    argv: ['purge-broken-files', 'DESTINATION'],
    mainOperation: 'PurgeBrokenFiles',
    fields: 'PurgeResults DeleteResults',
    isKept: true,
  },
  {
    argv: ['delete', 'DESTINATION', '--version=1'],
    mainOperation: 'Delete',
    fields: `${DELETE} Dryrun CompactResults`,
    isKept: true,
  },
  { argv: ['compact', 'DESTINATION'], mainOperation: 'Compact', fields: COMPACT, isKept: true },
  {
    argv: ['repair', 'DESTINATION'],
    mainOperation: 'Repair',
    fields: 'RecreateDatabaseResults',
    isKept: true,
  },
  { argv: ['vacuum', 'DESTINATION'], mainOperation: 'Vacuum', fields: '', isKept: false },
  {
    argv: ['create-report', 'DESTINATION', 'HOME/report.zip'],
    mainOperation: 'CreateLogDb',
    fields: 'TargetPath',
    isKept: false,
  },
  { argv: ['system-info'], mainOperation: 'SystemInfo', fields: 'Lines', isKept: false },
];

function within(part: string, names: string): string {
  return words(names)
    .map((name) => `${part}.${name}`)
    .join(' ');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

before(() => {
  home = mkdtempSync(join(tmpdir(), 'ashlar-results-'));
  source = join(home, 'source');
  destination = join(home, 'destination');
  mkdirSync(source);
  writeFileSync(join(source, 'gone.txt'), 'goes in a moment');
  writeFileSync(join(source, 'stays.txt'), 'stays');
  assert.equal(run('backup', 'DESTINATION', 'SOURCE').code, 0);
  writeFileSync(join(source, 'new.txt'), 'new');
  assert.equal(run('backup', 'DESTINATION', 'SOURCE').code, 0);
  writeFileSync(join(source, 'stays.txt'), 'stays, and grew');
  writeFileSync(join(source, 'large.txt'), 'newer');
});

after(() => rmSync(home, { recursive: true, force: true }));

function run(...argv: string[]): AshlarRun {
  const filled = argv.map((text) =>
    text.replace('DESTINATION', destination).replace('SOURCE', source).replace('HOME', home),
  );
  return runAshlar(home, [...filled, '--no-encryption', '--json']);
}

for (const { argv, mainOperation, fields, isKept } of TABLE)
  test(`ashlar ${argv.slice(0, 1)} ${argv.slice(2).join(' ')} reports a ${mainOperation} with all its fields`, () => {
    const { code, out, err } = run(...argv);
    assert.equal(code, 0, err);
    const { result } = JSON.parse(out);
    assert.equal(result.MainOperation, mainOperation);
    assert.equal(result.ParsedResult, 'Success');
    const missing = [...words(COMMON), ...words(fields)].filter((path) => !holds(result, path.split('.')));
    assert.deepEqual(missing, []);
    assert.equal(lastKept()?.BeginTime === result.BeginTime, isKept, 'what is kept');
  });

function holds(value: unknown, [name = '', ...rest]: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || !(name in value)) return false;
  return rest.length === 0 || holds((value as Record<string, unknown>)[name], rest);
}

/** The newest result in the local database. */
function lastKept(): { readonly BeginTime: string } | undefined {
  const folder = join(home, '.local', 'share', 'ashlar');
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.sqlite'));
  using database = new DatabaseSync(join(folder, name), { readOnly: true });
  const row = database
    .prepare('SELECT result FROM operation WHERE result IS NOT NULL ORDER BY id DESC')
    .get();
  return row === undefined ? undefined : JSON.parse(String(row['result']));
}

test('ashlar backup counts bytes of new, changed and too large files', () => {
  rmSync(join(source, 'gone.txt'));
  writeFileSync(join(source, 'a.txt'), '12345');
  writeFileSync(join(source, 'new.txt'), 'newer!');
  writeFileSync(join(source, 'too-large.bin'), Buffer.alloc(2 * 1024 * 1024));
  const { result } = JSON.parse(run('backup', 'DESTINATION', 'SOURCE', '--skip-files-larger-than=1mb').out);
  const { AddedFiles, SizeOfAddedFiles, ModifiedFiles, SizeOfModifiedFiles, TooLargeFiles } = result;
  assert.deepEqual(
    { AddedFiles, SizeOfAddedFiles, ModifiedFiles, SizeOfModifiedFiles, TooLargeFiles },
    { AddedFiles: 1, SizeOfAddedFiles: 5, ModifiedFiles: 1, SizeOfModifiedFiles: 6, TooLargeFiles: 1 },
  );
});
