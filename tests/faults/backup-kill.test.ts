/**
 * A backup that is killed at any moment: the next run finishes by itself, and everything that a version names
 * is there.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { type BackupBench, backupBench } from '../support/backup-bench.ts';
import { seededBytes, seededRandom } from '../support/seeded-random.ts';
import { treeRows } from '../support/tree-rows.ts';

const SEED = 20_261_121;
const FILES = 3000;
const FOLDERS = 60;
/** About 60 MB in all for a first backup, and less where many versions are restored. */
const LARGEST_BYTES = { first: 40_000, later: 6_000 };
const FIRST_BACKUPS = 6;
const LATER_BACKUPS = 14;
const CHANGED_FILES = 250;
const OPTIONS = ['--blocksize=20kb', '--dblock-size=5mb', '--no-encryption=true', '--retry-delay=0s'];
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');

interface Outcome {
  readonly code: number | null;
  readonly text: string;
  readonly durationMs: number;
}

test('ashlar backup killed during a first backup is finished by the next run', async (t) => {
  const random = seededRandom(SEED);
  const bench = await makeTree(t, LARGEST_BYTES.first, random);
  const whole = await runBackup(bench);
  assert.equal(whole.code, 0, whole.text);
  for (let round = 0; round < FIRST_BACKUPS; round++) {
    rmSync(bench.destination, { recursive: true });
    rmSync(bench.databasePath);
    await runBackup(bench, random() * whole.durationMs);
    const next = await runBackup(bench);
    assert.ok([0, 1, 2].includes(next.code ?? -1), `round ${round}, seed ${SEED}: ${next.text}`);
    await assertRebuilds(bench, treeRows(bench.source));
  }
});

test('ashlar backup killed during later backups is finished by the next runs', async (t) => {
  const random = seededRandom(SEED + 1);
  const bench = await makeTree(t, LARGEST_BYTES.later, random);
  assert.equal((await runBackup(bench)).code, 0);
  changeTree(bench, random, 'first');
  const later = await runBackup(bench);
  assert.equal(later.code, 0, later.text);
  /** What each version holds, by its time. */
  const expected = new Map<number, readonly string[]>();
  for (let round = 0; round < LATER_BACKUPS; round++) {
    changeTree(bench, random, `round-${round}`);
    await runBackup(bench, random() * later.durationMs);
    const next = await runBackup(bench);
    assert.ok([0, 1, 2].includes(next.code ?? -1), `round ${round}, seed ${SEED}: ${next.text}`);
    expected.set(await newestTime(bench), treeRows(bench.source));
  }
  await assertRebuilds(bench, treeRows(bench.source));
  await assertEveryVersion(bench, expected);
});

async function makeTree(t: TestContext, largestBytes: number, random: () => number): Promise<BackupBench> {
  const bench = await backupBench(t, { options: OPTIONS.filter((option) => !option.startsWith('--no-enc')) });
  for (let folder = 0; folder < FOLDERS; folder++) mkdirSync(join(bench.source, `folder-${folder}`));
  for (let file = 0; file < FILES; file++) writeRandomFile(pathOf(bench, file), largestBytes, random);
  return bench;
}

function changeTree(bench: BackupBench, random: () => number, label: string): void {
  for (let change = 0; change < CHANGED_FILES; change++) {
    const path = pathOf(bench, Math.floor(random() * FILES));
    if (random() < 0.2) rmSync(path, { force: true });
    else writeRandomFile(path, LARGEST_BYTES.later, random);
  }
  writeRandomFile(join(bench.source, label), LARGEST_BYTES.later, random);
}

function pathOf({ source }: BackupBench, file: number): string {
  return join(source, `folder-${file % FOLDERS}`, `file-${file}`);
}

function writeRandomFile(path: string, largestBytes: number, random: () => number): void {
  writeFileSync(path, seededBytes(Math.floor(random() * largestBytes), Math.floor(random() * 2 ** 31)));
}

/** Runs the program, and kills it after the given time, unless it has ended by then. */
async function runBackup(bench: BackupBench, killAfterMs?: number): Promise<Outcome> {
  const { destination, source, folder, databasePath } = bench;
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    [launcher, 'backup', destination, source, `--dbpath=${databasePath}`, ...OPTIONS],
    {
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: join(folder, 'temporary') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      text += piece;
    });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, text, durationMs: performance.now() - startMs };
}

async function newestTime(bench: BackupBench): Promise<number> {
  await using opened = await bench.open();
  return opened.database.filesets.versions()[0]?.timestamp ?? 0;
}

async function assertNewest(bench: BackupBench, expected: readonly string[]): Promise<void> {
  const { target, result } = await bench.restore(0);
  assert.deepEqual(result.brokenFiles, []);
  assert.deepEqual(treeRows(target), expected);
  rmSync(target, { recursive: true });
}

/** The versions of killed runs hold an unknown part of the source; whatever they name restores. */
async function assertEveryVersion(
  bench: BackupBench,
  expected: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  const times = await versionTimes(bench);
  assert.ok(times.length >= expected.size);
  for (const [number, time] of times.entries()) {
    const { target, result } = await bench.restore(number);
    assert.deepEqual(result.brokenFiles, [], `version ${number}, seed ${SEED}`);
    assert.deepEqual(result.brokenVolumes, []);
    const rows = expected.get(time);
    if (rows !== undefined) assert.deepEqual(treeRows(target), rows, `version ${number}, seed ${SEED}`);
    rmSync(target, { recursive: true });
  }
}

async function versionTimes(bench: BackupBench): Promise<number[]> {
  await using opened = await bench.open();
  return opened.database.filesets.versions().map(({ timestamp }) => timestamp);
}

/** Without the database, the next run finds everything at the destination and has nothing to store. */
async function assertRebuilds(bench: BackupBench, expected: readonly string[]): Promise<void> {
  const before = await versionTimes(bench);
  rmSync(bench.databasePath);
  const { code, text } = await runBackup(bench);
  assert.equal(code, 1, text);
  assert.deepEqual(await versionTimes(bench), before);
  await assertNewest(bench, expected);
}
