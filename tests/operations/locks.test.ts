/** Locked volumes: nothing that is locked is deleted, no run fails for it, and later runs make up for it. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { BackupError } from '../../src/base/index.ts';
import { createFolderEngine, type Engine, type EngineRun } from '../support/engine.ts';
import { History } from '../support/history.ts';
import { type Locks, lockingDestination } from '../support/locking-destination.ts';
import { assertSound } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DAY_MS = 86_400_000;
const LOCKING = ['--remote-file-lock-duration=30D', '--no-auto-compact=true'];

interface Bench {
  readonly engine: Engine;
  readonly locks: Locks;
  /** Lets time pass. */
  readonly wait: (ms: number) => void;
  readonly now: () => number;
}

async function createBench(t: TestContext): Promise<Bench> {
  const folder = await temporaryFolder(t);
  mkdirSync(join(folder, 'destination'));
  const locks: Locks = new Map();
  let nowMs = Date.UTC(2026, 0, 1);
  const now = () => nowMs;
  const engine = createFolderEngine(folder, {
    clock: { now },
    wrap: (destination) => lockingDestination(destination, locks, now),
  });
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { engine, locks, wait, now };
}

function write({ engine }: Bench, name: string, seed: number): void {
  writeFileSync(join(engine.source, name), seededBytes(60_000, seed));
}

async function backUp(bench: Bench, run: EngineRun = { options: LOCKING }): Promise<void> {
  bench.wait(60_000);
  await bench.engine.backup(run);
}

const names = ({ engine }: Bench) => [...engine.storedFiles().keys()].toSorted();

test('a backup locks every volume that its version needs, those of earlier versions included', async (t) => {
  const bench = await createBench(t);
  write(bench, 'first', 1);
  await backUp(bench);
  const [oldList = ''] = names(bench).filter((name) => name.includes('.dlist.'));
  const oldEnd = bench.locks.get(oldList);
  assert.equal(oldEnd, bench.now() + 30 * DAY_MS);
  write(bench, 'second', 2);
  await backUp(bench);
  const ends = new Map(names(bench).map((name) => [name, bench.locks.get(name)]));
  assert.equal(ends.get(oldList), oldEnd);
  ends.delete(oldList);
  assert.deepEqual([...new Set(ends.values())], [bench.now() + 30 * DAY_MS]);
});

test('a backup with locks ends before it begins where the destination knows none', async (t) => {
  const folder = await temporaryFolder(t);
  const engine = createFolderEngine(folder);
  writeFileSync(join(engine.source, 'file'), 'content');
  await assert.rejects(
    engine.backup({ options: LOCKING }),
    (error) => error instanceof BackupError && error.code === 'locks-unsupported',
  );
  assert.equal(engine.storedFiles().size, 0);
});

test('delete keeps versions whose file list is locked, and deletes them once the lock is over', async (t) => {
  const bench = await createBench(t);
  for (const seed of [1, 2, 3]) {
    write(bench, 'file', seed);
    await backUp(bench);
  }
  const options = ['--keep-versions=1', '--no-auto-compact=true'];
  const before = names(bench);
  const kept = await bench.engine.delete({ options });
  assert.equal(kept.deletedVersions, 0);
  assert.deepEqual(
    kept.versions.map(({ reason }) => reason),
    ['not-affected', 'locked', 'locked'],
  );
  assert.deepEqual(names(bench), before);
  bench.wait(31 * DAY_MS);
  assert.equal((await bench.engine.delete({ options })).deletedVersions, 2);
});

test('compact leaves locked volumes out, and takes them once the lock is over', async (t) => {
  const bench = await createBench(t);
  write(bench, 'kept', 1);
  write(bench, 'gone', 2);
  await backUp(bench);
  const [dblock = ''] = names(bench).filter((name) => name.includes('.dblock.'));
  rmSync(join(bench.engine.source, 'gone'));
  await backUp(bench, { options: ['--no-auto-compact=true'] });
  // The lock of the list is over, that of the dblock is not.
  for (const name of names(bench)) if (!name.includes('.dblock.')) bench.locks.delete(name);
  {
    await using opened = await bench.engine.open();
    const { volumes } = opened.database;
    for (const { id, kind } of volumes.all()) if (kind === 'dlist') volumes.setLocked(id, 0);
  }
  await bench.engine.delete({ options: ['--version=1', '--no-auto-compact=true'] });
  const idle = await bench.engine.compact({ options: ['--threshold=1'] });
  assert.equal(idle.rewrittenVolumes, 0);
  assert.ok(bench.engine.storedFiles().has(dblock));
  bench.wait(31 * DAY_MS);
  await bench.engine.compact({ options: ['--threshold=1'] });
  assert.ok(!bench.engine.storedFiles().has(dblock));
  await assertSound(bench.engine, new History(), 'after the compaction');
});

test('a volume that turns out to be locked when it is to go stays, and a later run deletes it', async (t) => {
  const bench = await createBench(t);
  for (const seed of [1, 2]) {
    write(bench, 'file', seed);
    await backUp(bench, { options: ['--no-auto-compact=true'] });
  }
  const [oldList = ''] = names(bench).filter((name) => name.includes('.dlist.'));
  bench.locks.set(oldList, bench.now() + DAY_MS);
  const { deletedVersions } = await bench.engine.delete({
    options: ['--version=1', '--no-auto-compact=true'],
  });
  assert.equal(deletedVersions, 1);
  assert.ok(bench.engine.log.some(({ id, level }) => id === 'volume-locked' && level === 'warning'));
  await backUp(bench, { options: ['--no-auto-compact=true'] });
  assert.ok(bench.engine.storedFiles().has(oldList));
  bench.wait(2 * DAY_MS);
  await backUp(bench, { options: ['--no-auto-compact=true'] });
  assert.ok(!bench.engine.storedFiles().has(oldList));
});
