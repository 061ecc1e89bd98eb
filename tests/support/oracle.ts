import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import type { History, SeenVersion } from './history.ts';
import { versionContents } from './recreated.ts';
import { treeRows } from './tree-rows.ts';

/**
 * `whole` restores every version with the database and from the destination alone, `quick` by turns the one
 * or the other way: that both databases say the same, and every block is what its name says, is known by
 * then.
 */
export type Depth = 'whole' | 'quick';

/**
 * The standard oracle, which holds after whatever happened: the backup can be listed; the next backup
 * finishes without help and holds the source; every volume is whole and fits the database; every committed
 * version is restored exactly, with the database and from the destination alone; the database and the
 * destination name the same files; and a database made from the destination says the same.
 */
export async function assertSound(
  engine: Engine,
  history: History,
  label: string,
  depth: Depth = 'quick',
): Promise<void> {
  await assertLists(engine, label);
  const rows = history.see(engine.source);
  const logged = engine.log.length;
  const { versionTime, isPartial } = await inside(label, 'the next backup', engine.backup());
  assert.equal(isPartial, false, label);
  if (versionTime !== undefined) history.commit(versionTime, rows);
  const errors = engine.log.slice(logged).filter(({ level }) => level === 'error');
  assert.deepEqual(errors, [], `${label}: the next backup`);
  await assertTested(engine, engine.databasePath, label);
  await assertNamesAgree(engine, label);
  const count = await assertRebuilds(engine, label);
  const turn = turnOf(label);
  const versions = await restoreAll(engine, count, (number) => wayOf(number + turn), label);
  assert.deepEqual(versions.at(-1)?.rows, rows, `${label}: the newest version is not the source`);
  history.assertMatches(versions, label);
  if (depth === 'quick') return;
  const others = await restoreAll(engine, count, (number) => wayOf(number + turn + 1), label);
  for (const [index, { rows: again }] of others.entries())
    assert.deepEqual(
      withoutRoot(again),
      withoutRoot(versions[index]?.rows ?? []),
      `${label}: version ${count - 1 - index} restored both ways`,
    );
}

type Way = 'use' | 'ignore';

/** Differs from one case to the next, so that many meet both ways, and is the same when a case runs alone. */
function turnOf(label: string): number {
  return Buffer.from(label).reduce((sum, byte) => sum + byte, 0);
}

function wayOf(number: number): Way {
  return number % 2 === 0 ? 'use' : 'ignore';
}

/** A version that was ended early may lack the source folder itself; the target then has the time of the restore. */
function withoutRoot(rows: readonly string[]): string[] {
  return rows.filter((row) => !row.endsWith(' .'));
}

async function assertLists(engine: Engine, label: string): Promise<void> {
  // Before the first backup has arrived there is nothing to list.
  if (![...engine.storedFiles().keys()].some((name) => name.includes('.dlist.'))) return;
  await using opened = await inside(label, 'list', engine.open());
  opened.database.filesets.versions();
}

async function assertTested(engine: Engine, databasePath: string, label: string): Promise<void> {
  const { faultyVolumes } = await inside(label, 'test all', engine.test({ databasePath }));
  assert.deepEqual(faultyVolumes, [], `${label}: test all`);
}

/**
 * What is stored is known, with its length; what is known as stored is there. Parity data are found by the
 * names of their volumes, and there are none without.
 */
async function assertNamesAgree(engine: Engine, label: string): Promise<void> {
  await using opened = await engine.open();
  const known = opened.database.volumes
    .all()
    .filter(({ state }) => state !== 'deleted')
    .map(({ name, state, sizeBytes }) => `${name} ${state} ${sizeBytes}`);
  const names = engine.storedFiles();
  const orphans = [...names.keys()].filter((name) => name.endsWith('.par2') && !names.has(name.slice(0, -5)));
  assert.deepEqual(orphans, [], `${label}: parity data of volumes that are gone`);
  const stored = [...names]
    .filter(([name]) => !name.endsWith('.par2'))
    .map(([name, sizeBytes]) => `${name} verified ${sizeBytes}`);
  assert.deepEqual(known.map(asVerified).sort(), stored.sort(), `${label}: database and destination`);
}

function asVerified(text: string): string {
  return text.replace(' uploaded ', ' verified ');
}

/** A database made from the destination agrees with the one in use. Gives the number of versions. */
async function assertRebuilds(engine: Engine, label: string): Promise<number> {
  const databasePath = join(engine.folder, 'data', 'rebuilt.sqlite');
  await assertTested(engine, databasePath, `${label}, rebuilt`);
  await using rebuilt = await engine.open({ databasePath });
  await using opened = await engine.open();
  const expected = versionContents(opened.database);
  assert.deepEqual(versionContents(rebuilt.database), expected, `${label}: a rebuilt database`);
  assert.equal(opened.database.firstComplaint(), undefined, label);
  for (const ending of ['', '-wal', '-shm', '.lock', '.lock.holder', '.lock-journal'])
    rmSync(databasePath + ending, { force: true });
  return expected.length;
}

/** Oldest first. */
async function restoreAll(
  engine: Engine,
  count: number,
  wayOf: (number: number) => Way,
  label: string,
): Promise<SeenVersion[]> {
  const times = await versionTimes(engine);
  const versions: SeenVersion[] = [];
  for (let number = count - 1; number >= 0; number--) {
    const rows = await restoreOne(engine, number, wayOf(number), label);
    versions.push({ timestamp: times[number] ?? 0, rows });
  }
  return versions;
}

async function restoreOne(
  engine: Engine,
  number: number,
  localDatabase: Way,
  label: string,
): Promise<readonly string[]> {
  const what = `restoring version ${number}${localDatabase === 'ignore' ? ' without a database' : ''}`;
  const { target, result } = await inside(label, what, engine.restore(number, localDatabase));
  assert.deepEqual([...result.brokenFiles, ...result.brokenVolumes], [], `${label}: ${what}`);
  const rows = treeRows(target);
  rmSync(target, { recursive: true });
  return rows;
}

/** The times of the versions, newest first, in seconds since 1970. */
export async function versionTimes(engine: Engine): Promise<number[]> {
  await using opened = await engine.open();
  return opened.database.filesets.versions().map(({ timestamp }) => timestamp);
}

/** The same promise, whose failure says in which case it came. */
async function inside<T>(label: string, step: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    throw new Error(`${label}: ${step} failed: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}
