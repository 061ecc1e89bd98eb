import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { decodePath, RunController, silentLog, systemClock, toSystemPath } from '../../src/base/index.ts';
import { openDestination } from '../../src/destinations/index.ts';
import type { OpenedBackup } from '../../src/operations/open-backup/opened-backup.ts';
import type { RestoreResult } from '../../src/operations/restore/result.ts';
import { runRestore } from '../../src/operations/restore/run.ts';
import { TemporaryFolder } from '../../src/pipeline/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { type FixtureCase, fixtureCases } from '../support/fixture-cases.ts';
import { fixturesFolder } from '../support/fixtures.ts';
import { type Recreated, recreateFrom } from '../support/recreated.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const cases = fixtureCases();
const isRoot = process.geteuid?.() === 0;

if (cases.length === 0)
  test('runRestore() of backups made by Duplicati', (t) => t.skip('NO FIXTURES: nothing was restored'));

for (const fixture of cases) {
  test(`runRestore() brings back every version of '${fixture.name}' exactly`, async (t) => {
    if (!isRoot) return t.skip('owners are restored by root only');
    const recreated = await recreateFrom(t, fixture);
    for (let number = 0; number < fixture.versions; number++) {
      const target = join(await temporaryFolder(t), 'target');
      const result = await restoreVersion(t, fixture, { recreated, number, target });
      assert.deepEqual(result.brokenFiles, []);
      assert.deepEqual(result.brokenVolumes, []);
      assert.deepEqual(result.metadataProblems, { count: 0, first: [] });
      assert.deepEqual(restoredRows(fixture, target), expectedRows(fixture, number), `version ${number}`);
    }
  });
}

async function restoreVersion(
  t: TestContext,
  fixture: FixtureCase,
  wanted: { recreated: Recreated; number: number; target: string },
): Promise<RestoreResult> {
  const { database, result } = wanted.recreated;
  const folder = await temporaryFolder(t);
  const control = new RunController();
  await using destination = await openDestination(fixture.destination);
  const retry = { retries: 0, delayMs: 0, growth: 'constant' } as const;
  const remote = new Remote(
    destination,
    { retry, folder: 'must-exist' },
    { log: silentLog, signal: control.signal, statistics: emptyStatistics() },
  );
  using temporary = new TemporaryFolder(join(folder, 'temporary'));
  const keys = { passphrase: fixture.passphrase ?? undefined, gpg: {} };
  const target: OpenedBackup['target'] = {
    url: fixture.destination,
    destinationOptions: new Map(),
    prefix: fixture.prefix,
    databasePath: database.path,
    dataFolder: folder,
    backupName: fixture.name,
    temporaryParent: folder,
    keys,
    retry,
  };
  const seq = database.filesets.versions()[wanted.number]?.seq ?? assert.fail('the version is missing');
  return await runRestore(
    { target, remote, database, temporary, keys, format: result.format },
    {
      seq,
      selection: { accept: () => true, literals: [] },
      restorePath: wanted.target,
      overwrite: false,
      restorePermissions: true,
      restoreSymlinkMetadata: false,
      skipMetadata: false,
      skipVerification: false,
      dontCompressRestorePaths: false,
      withLocalBlocks: false,
      dryRun: false,
      skipFilesLargerThanBytes: undefined,
      workers: 2,
    },
    { log: silentLog, control, clock: systemClock, report: () => {} },
  );
}

interface Row {
  readonly kind: string;
  readonly mode: string;
  readonly owner: string;
  readonly mtimeTicks: string;
  readonly sizeBytes: string;
  readonly hash: string;
  readonly path: string;
}

/** What of a row counts, as the description of the fixtures says. */
function comparable(fixture: FixtureCase, row: Row): string | undefined {
  const { kind, mode, owner, mtimeTicks, sizeBytes, hash, path } = row;
  if (fixture.name === 'skip-metadata') {
    if (kind === 'l') return undefined;
    return kind === 'd' ? `d ${path}` : `f ${sizeBytes} ${hash} ${path}`;
  }
  if (kind === 'l') return `l ${hash} ${path}`;
  if (kind === 'd') return `d ${mode} ${owner} ${mtimeTicks} ${path}`;
  return `f ${mode} ${owner} ${mtimeTicks} ${sizeBytes} ${hash} ${path}`;
}

function toTexts(fixture: FixtureCase, rows: readonly Row[]): string[] {
  return rows.flatMap((row) => comparable(fixture, row) ?? []).toSorted();
}

/** Times have more digits than a number holds, so they are taken from the text. */
const LINE = /^\["(.)", "(\d+)", (\d+), (\d+), (\d+), (\d+), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\]$/;

function expectedRows(fixture: FixtureCase, number: number): string[] {
  const lines = readFileSync(join(fixturesFolder, fixture.name, `version-${number}.jsonl`), 'utf8').trimEnd();
  const rows = lines.split('\n').map((line): Row => {
    const [, kind, mode, uid, gid, mtimeTicks, sizeBytes, hash, path] = LINE.exec(line) ?? assert.fail(line);
    return {
      kind: kind ?? '',
      mode: mode ?? '',
      owner: `${uid}:${gid}`,
      mtimeTicks: mtimeTicks ?? '',
      sizeBytes: sizeBytes ?? '',
      hash: JSON.parse(`"${hash}"`),
      path: JSON.parse(`"${path}"`),
    };
  });
  return toTexts(fixture, rows);
}

function restoredRows(fixture: FixtureCase, target: string): string[] {
  const rows: Row[] = [];
  const visit = (path: string): void => {
    const systemPath = toSystemPath(path === '.' ? target : `${target}/${path}`);
    const stat = lstatSync(systemPath, { bigint: true });
    const kind = stat.isSymbolicLink() ? 'l' : stat.isDirectory() ? 'd' : 'f';
    rows.push({
      kind,
      mode: (Number(stat.mode) & 0o7777).toString(8).padStart(4, '0'),
      owner: `${stat.uid}:${stat.gid}`,
      mtimeTicks: String(stat.mtimeNs / 100n),
      sizeBytes: String(stat.size),
      hash: contentHash(systemPath, kind),
      path,
    });
    if (kind !== 'd') return;
    for (const name of readdirSync(systemPath, { encoding: 'buffer' })) {
      visit(path === '.' ? decodePath(name) : `${path}/${decodePath(name)}`);
    }
  };
  visit('.');
  return toTexts(fixture, rows);
}

function contentHash(systemPath: string | Buffer, kind: string): string {
  if (kind === 'l') return decodePath(readlinkSync(systemPath, { encoding: 'buffer' }));
  return kind === 'f' ? createHash('sha256').update(readFileSync(systemPath)).digest('hex') : '';
}
