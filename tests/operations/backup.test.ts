/**
 * The backup through its doors, on real folders: what it stores, what it leaves alone, and what it does when
 * something goes wrong.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { RunController } from '../../src/base/index.ts';
import { type BackupBench, backupBench } from '../support/backup-bench.ts';
import { type FaultPlan, faultAt } from '../support/fault-plan.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { mountSmallDisk, remountReadOnly } from '../support/small-disk.ts';
import { treeRows } from '../support/tree-rows.ts';

const BLOCK = 1024;
const HASHES_PER_BLOCK = 32;
const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

/** Some files of several blocks, a folder and a link's worth of variety. */
function fillSource({ source }: BackupBench, seed = 1): void {
  mkdirSync(join(source, 'folder'), { recursive: true });
  for (let file = 0; file < 6; file++)
    writeFileSync(join(source, 'folder', `file-${file}`), seededBytes(300_000 + file, seed * 100 + file));
  writeFileSync(join(source, 'small'), `small ${seed}`);
}

async function assertRestores(
  bench: BackupBench,
  number: number,
  expected: readonly string[],
): Promise<void> {
  const { target, result } = await bench.restore(number);
  assert.deepEqual(result.brokenFiles, []);
  assert.deepEqual(treeRows(target), expected, `version ${number}`);
}

test('runBackup() stores files of every size around the block', async (t) => {
  const bench = await backupBench(t);
  const sizes = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2.5 * BLOCK, HASHES_PER_BLOCK * BLOCK];
  for (const size of [...sizes, HASHES_PER_BLOCK * BLOCK + 1, 3 * HASHES_PER_BLOCK * BLOCK + 7])
    writeFileSync(join(bench.source, `size ${size}`), seededBytes(size, size + 1));
  writeFileSync(join(bench.source, 'zeros'), Buffer.alloc(40 * BLOCK));
  const { result } = await bench.backup();
  assert.equal(result.files.added, 10);
  await assertRestores(bench, 0, treeRows(bench.source));
  rmSync(bench.databasePath);
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('runBackup() stores equal blocks once, across files and versions', async (t) => {
  const bench = await backupBench(t);
  const content = seededBytes(20 * BLOCK, 5);
  writeFileSync(join(bench.source, 'one'), content);
  const first = await bench.backup();
  writeFileSync(join(bench.source, 'two'), content);
  writeFileSync(join(bench.source, 'three'), content.subarray(0, 10 * BLOCK));
  const second = await bench.backup();
  assert.ok(first.result.newBlockBytes >= content.length);
  // New are the metadata of two files and of the folder, and the blocklist of the shorter one.
  assert.ok(second.result.newBlocks <= 4, `${second.result.newBlocks} new blocks`);
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('runBackup() of a file with other permissions stores metadata only', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  await bench.backup();
  const before = treeRows(bench.source);
  chmodSync(join(bench.source, 'small'), 0o611);
  const { result } = await bench.backup();
  assert.deepEqual([result.files.modified, result.newBlocks], [1, 1]);
  await assertRestores(bench, 0, treeRows(bench.source));
  await assertRestores(bench, 1, before);
});

test('runBackup() without a change uploads nothing', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  await bench.backup();
  const names = readdirSync(bench.destination);
  const { result, transfer } = await bench.backup();
  assert.equal(result.versionTime, undefined);
  assert.equal(transfer.filesUploaded, 0);
  assert.deepEqual(readdirSync(bench.destination), names);
});

test('runBackup() keeps names that are not UTF-8', async (t) => {
  const bench = await backupBench(t);
  const name = Buffer.concat([Buffer.from(`${bench.source}/not `), Buffer.from([0xff, 0xfe, 0x80])]);
  writeFileSync(name, 'content');
  await bench.backup();
  rmSync(bench.databasePath);
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('runBackup() leaves out what vanishes between the walk and the reading', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  await bench.backup();
  fillSource(bench, 2);
  const { result } = await bench.backup({
    // Told of the walk's progress, the entries wait for the workers.
    report: () => rmSync(join(bench.source, 'small'), { force: true }),
  });
  assert.equal(result.files.deleted, 1);
  assert.equal(result.failedFiles, 0);
  await bench.backup();
  await assertRestores(bench, 0, treeRows(bench.source));
});

for (const retries of [0, 2]) {
  for (const kind of ['error-before', 'error-after'] as const) {
    test(`runBackup() survives '${kind}' at every put with ${retries} retries`, async (t) => {
      const counting = await backupBench(t);
      fillSource(counting);
      const { faulty } = await counting.backup({ faults: () => undefined });
      const puts = faulty?.calls.filter(({ verb }) => verb === 'put').length ?? 0;
      assert.ok(puts >= 4);
      for (let put = 1; put <= puts; put++) {
        const bench = await backupBench(t);
        fillSource(bench);
        const faults = faultAt('put', put, { kind });
        const run = bench.backup({ faults, options: [`--number-of-retries=${retries}`] });
        if (retries === 0) await assert.rejects(run, { code: 'destination-unreachable' });
        else await run;
        const { result } = await bench.backup();
        assert.equal(result.isPartial, false);
        await assertRestores(bench, 0, treeRows(bench.source));
        await assertRebuilds(bench);
      }
    });
  }
}

/** Without its database the backup has the same versions, and nothing to store. */
async function assertRebuilds(bench: BackupBench): Promise<void> {
  const before = await versionTimes(bench);
  rmSync(bench.databasePath);
  const { result } = await bench.backup();
  assert.equal(result.versionTime, undefined);
  assert.deepEqual(await versionTimes(bench), before);
  await assertRestores(bench, 0, treeRows(bench.source));
}

async function versionTimes(bench: BackupBench): Promise<number[]> {
  await using opened = await bench.open();
  return opened.database.filesets.versions().map(({ timestamp }) => timestamp);
}

const DAMAGES: readonly (readonly [string, (path: string) => void])[] = [
  ['is gone', (path) => rmSync(path)],
  ['is damaged', (path) => writeFileSync(path, seededBytes(100_000, 3))],
  ['is cut short', (path) => spawnSync('truncate', ['-s', '5000', path])],
  ['is another program’s', (path) => writeFileSync(path, 'something else')],
];

for (const [what, damage] of DAMAGES) {
  test(`openBackup() rebuilds a database that ${what}`, async (t) => {
    const bench = await backupBench(t);
    fillSource(bench);
    await bench.backup();
    damage(bench.databasePath);
    const { result } = await bench.backup();
    assert.equal(result.versionTime, undefined);
    await assertRestores(bench, 0, treeRows(bench.source));
  });
}

test('openBackup() rebuilds when an old copy of the database was put back', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  await bench.backup();
  copyFileSync(bench.databasePath, `${bench.databasePath}.old`);
  fillSource(bench, 2);
  await bench.backup();
  for (const ending of ['-wal', '-shm']) rmSync(bench.databasePath + ending, { force: true });
  copyFileSync(`${bench.databasePath}.old`, bench.databasePath);
  const { result } = await bench.backup();
  assert.equal(result.versionTime, undefined);
  assert.equal((await versionTimes(bench)).length, 2);
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('runBackup() that is stopped leaves a partial version, and the next run completes it', async (t) => {
  const bench = await backupBench(t);
  for (let file = 0; file < 1500; file++)
    writeFileSync(join(bench.source, `file-${file}`), seededBytes(2000, file + 1));
  const controller = new RunController();
  const stopped = await bench.backup({ controller, beforeRun: () => controller.stop() });
  assert.equal(stopped.result.isPartial, true);
  const { result } = await bench.backup();
  assert.equal(result.isPartial, false);
  await assertRestores(bench, 0, treeRows(bench.source));
  await assertRebuilds(bench);
});

test('runBackup() that is stopped counts what it came to as examined, and the rest as not processed', async (t) => {
  const bench = await backupBench(t);
  for (let file = 0; file < 300; file++)
    writeFileSync(join(bench.source, `file-${file}`), seededBytes(20_000, file + 1));
  const controller = new RunController();
  const faults: FaultPlan = ({ verb }) =>
    verb === 'put' ? { kind: 'run-before', run: () => controller.stop() } : undefined;
  const { result } = await bench.backup({ controller, faults });
  const { files, folders, unprocessedFiles, examinedBytes } = result;
  assert.equal(files.examined, files.added);
  assert.equal(examinedBytes, files.examined * 20_000);
  assert.ok(files.examined + folders.examined + unprocessedFiles <= 301);
});

test('runBackup() that is aborted throws, and the next run goes on', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  const controller = new RunController();
  const faults: FaultPlan = ({ verb }) =>
    verb === 'put' ? { kind: 'run-before', run: () => controller.abort() } : undefined;
  await assert.rejects(bench.backup({ controller, faults }), { code: 'aborted' });
  await bench.backup();
  await assertRestores(bench, 0, treeRows(bench.source));
  await assertRebuilds(bench);
});

test('openBackup() of a backup that is in use says who holds it', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  await bench.backup({
    beforeRun: async () => {
      await assert.rejects(bench.backup(), (error: Error) => {
        assert.match(error.message, /in use by backup, process \d+/);
        return 'code' in error && error.code === 'database-in-use';
      });
    },
  });
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('openBackup() refuses another passphrase, and changed settings of the format', async (t) => {
  const bench = await backupBench(t, { passphrase: 'right' });
  fillSource(bench);
  await bench.backup();
  const names = readdirSync(bench.destination);
  await assert.rejects(bench.backup({ passphrase: 'wrong' }), { code: 'settings-conflict' });
  await assert.rejects(bench.backup({ passphrase: null }), { code: 'settings-conflict' });
  await assert.rejects(bench.backup({ options: ['--blocksize=2kb'] }), { code: 'settings-conflict' });
  await assert.rejects(bench.backup({ options: ['--block-hash-algorithm=SHA512'] }), {
    code: 'settings-conflict',
  });
  rmSync(bench.databasePath);
  await assert.rejects(bench.backup({ passphrase: 'wrong' }), { code: 'wrong-passphrase' });
  await assert.rejects(bench.backup({ options: ['--blocksize=2kb'] }), { code: 'settings-conflict' });
  assert.deepEqual(readdirSync(bench.destination), names);
  await bench.backup();
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('runBackup() leaves alone what else lies at the destination', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  mkdirSync(join(bench.destination, 'folder'), { recursive: true });
  writeFileSync(join(bench.destination, 'photo.jpg'), 'photo');
  writeFileSync(join(bench.destination, 'duplicati-almost.zip'), 'not a volume');
  await bench.backup();
  fillSource(bench, 2);
  await bench.backup();
  for (const name of ['folder', 'photo.jpg', 'duplicati-almost.zip'])
    assert.ok(existsSync(join(bench.destination, name)), name);
  await assertRestores(bench, 0, treeRows(bench.source));
});

test('runBackup() to a full or read-only disk fails, and goes on when there is room', async (t) => {
  const disk = mountSmallDisk(t, 1_500_000);
  if (disk === undefined) return t.skip('NO SMALL DISK: this user may not mount one');
  const bench = await backupBench(t, { destination: disk });
  fillSource(bench);
  await assert.rejects(bench.backup(), { code: 'destination-full' });
  spawnSync('mount', ['-o', 'remount,size=20m', disk]);
  await bench.backup();
  await assertRestores(bench, 0, treeRows(bench.source));
  remountReadOnly(disk);
  fillSource(bench, 2);
  await assert.rejects(bench.backup());
  spawnSync('mount', ['-o', 'remount,rw', disk]);
  await bench.backup();
  await assertRestores(bench, 0, treeRows(bench.source));
  return undefined;
});

test('ashlar backup by a user who may not read a file leaves it out with a warning', async (t) => {
  const bench = await backupBench(t);
  fillSource(bench);
  chmodSync(join(bench.source, 'small'), 0);
  if (isRoot) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, bench.folder]);
  const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');
  const argv = ['backup', bench.destination, bench.source, '--no-encryption=true', '--json=true'];
  const child = spawnSync(process.execPath, [launcher, ...argv], {
    env: { HOME: bench.folder, TMPDIR: bench.folder, PATH: process.env['PATH'] ?? '' },
    encoding: 'utf8',
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  if (child.error !== undefined || child.status === null)
    return t.skip(`NO OTHER USER: unreadable files were not tried (${child.error?.message})`);
  assert.equal(child.status, 2, child.stdout + child.stderr);
  const { failedFiles, failedPaths, files } = JSON.parse(child.stdout);
  assert.deepEqual([failedFiles, failedPaths, files.added], [1, [join(bench.source, 'small')], 6]);
  return undefined;
});

test('runBackup() sees a change that keeps size and time', async (t) => {
  const bench = await backupBench(t);
  const path = join(bench.source, 'file');
  writeFileSync(path, 'aaaa');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  await bench.backup();
  writeFileSync(path, 'bbbb');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  const { result } = await bench.backup({ options: ['--disable-filetime-check=true'] });
  assert.equal(result.files.modified, 1);
  await assertRestores(bench, 0, treeRows(bench.source));
});
