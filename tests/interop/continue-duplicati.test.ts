/**
 * Users of Duplicati go on with their backups: nothing that is stored already is stored again, and old and
 * new versions restore.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { type BackupBench, backupBench } from '../support/backup-bench.ts';
import { type FixtureCase, fixtureCases } from '../support/fixture-cases.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectedRows, restoredRows } from '../support/tree-rows.ts';

const cases = fixtureCases();
const isRoot = process.geteuid?.() === 0;
/**
 * Methods that are read and never written, parity, which is read past, and a file that was only on the
 * machine that made the fixture.
 */
const LEFT_OUT = /^--(zip-compression-method=(BZip2|LZMA|PPMd)$|parity-module=|control-files=)/;

if (cases.length === 0)
  test('runBackup() goes on with backups made by Duplicati', (t) =>
    t.skip('NO FIXTURES: no backup was continued'));

for (const fixture of cases) {
  test(`runBackup() goes on with '${fixture.name}'`, async (t) => {
    if (!isRoot) return t.skip('NOT ROOT: owners and the path of the source cannot be made');
    if (!claimSource(t, fixture))
      return t.skip(`'${fixture.source}' EXISTS: the backup was not continued over it`);
    const bench = await continueFixture(t, fixture);
    await t.test('stores no block again when nothing has changed', async () => {
      const { result, transfer } = await bench.backup();
      assert.equal(result.newBlocks, 0);
      assert.equal(result.failedFiles, 0);
      for (const counts of [result.files, result.folders, result.symlinks]) {
        assert.deepEqual({ ...counts, examined: 0 }, { examined: 0, added: 0, modified: 0, deleted: 0 });
      }
      assert.equal(result.versionTime, undefined);
      if (!hasLeftovers(fixture)) assert.equal(transfer.filesUploaded, 0);
      assert.equal(transfer.filesDeleted, 0);
    });
    await t.test('restores what it adds and what was there before', async () => {
      changeSource(fixture.source);
      const { result } = await bench.backup();
      assert.notEqual(result.versionTime, undefined);
      assert.deepEqual([result.files.added, result.files.deleted], [2, 1]);
      await assertRestores(bench, 0, restoredRows(fixture, fixture.source), fixture);
      for (let number = 0; number < fixture.versions; number++)
        await assertRestores(bench, number + 1, expectedRows(fixture, number), fixture);
    });
    await t.test('restores from the destination alone', async () => {
      rmSync(bench.databasePath);
      const { result } = await bench.backup();
      assert.equal(result.versionTime, undefined);
      assert.equal(result.newBlocks, 0);
      await assertRestores(bench, 0, restoredRows(fixture, fixture.source), fixture);
    });
  });
}

/** The fixtures were made of a path that exists nowhere else; it is taken for the time of a test. */
function claimSource(t: TestContext, fixture: FixtureCase): boolean {
  const parent = dirname(fixture.source);
  if (existsSync(parent)) return false;
  mkdirSync(parent, { recursive: true });
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  return true;
}

/** A copy of the destination, and the source as it was at the newest version. */
async function continueFixture(t: TestContext, fixture: FixtureCase): Promise<BackupBench> {
  const destination = join(await temporaryFolder(t), 'destination');
  cpSync(fixture.destination, destination, { recursive: true });
  const bench = await backupBench(t, {
    destination,
    source: fixture.source,
    passphrase: fixture.passphrase,
    options: [...fixture.options.filter((option) => !LEFT_OUT.test(option)), '--number-of-retries=0'],
  });
  const { target, result } = await bench.restore(0);
  assert.deepEqual(result.brokenFiles, []);
  // A restored file of zeros takes no space. That would be new metadata; the original had no holes.
  const copied = spawnSync('cp', ['-aT', '--sparse=never', target, fixture.source]);
  assert.equal(copied.status, 0, String(copied.stderr));
  rmSync(bench.databasePath);
  return bench;
}

/** Volumes that no version needs may get an index. */
function hasLeftovers(fixture: FixtureCase): boolean {
  return fixture.name === 'killed';
}

/** One file longer, one new, one new of content that is known, one gone, one and a folder with other permissions. */
function changeSource(source: string): void {
  const entries = readdirSync(source, { withFileTypes: true });
  const linked = new Set(
    entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => readlinkSync(join(source, name))),
  );
  // The metadata of a link hold the permissions of its target, and the link does not look changed when they do.
  const names = entries
    .filter((entry) => entry.isFile() && !linked.has(entry.name))
    .map((entry) => join(source, entry.name))
    .toSorted();
  const [first, second, third] = names;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  appendFileSync(first, seededBytes(3000, 11));
  rmSync(second);
  chmodSync(third, 0o604);
  writeFileSync(join(source, 'new file'), seededBytes(250_000, 12));
  cpSync(third, join(source, 'copy of a known file'));
}

async function assertRestores(
  bench: BackupBench,
  number: number,
  expected: readonly string[],
  fixture: FixtureCase,
): Promise<void> {
  const { target, result } = await bench.restore(number);
  assert.deepEqual(result.brokenFiles, []);
  assert.deepEqual(restoredRows(fixture, target), expected, `version ${number}`);
}
