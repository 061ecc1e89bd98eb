/**
 * Files taken out of versions, by name or because they cannot be restored any more: the rest stays exactly as
 * it was.
 */
import assert from 'node:assert/strict';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RunController, silentLog } from '../../src/base/index.ts';
import { findAffected, listBrokenFiles } from '../../src/operations/index.ts';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { faultAt } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound, versionTimes } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';

const DAY_MS = 86_400_000;

interface Bench {
  readonly engine: MemoryEngine;
  readonly history: History;
}

/** Three versions, a day apart, with files that change, one that stays and one that only the middle version has. */
async function threeVersions(t: TestContext): Promise<Bench> {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = {
    now: () => {
      nowMs += DAY_MS / 10;
      return nowMs;
    },
  };
  const bench = { engine: await createEngine(t, { clock }), history: new History() };
  const path = (name: string) => join(bench.engine.source, name);
  writeFileSync(path('steady'), seededBytes(300_000, 1));
  symlinkSync('steady', path('link'));
  for (const round of [0, 1, 2]) {
    writeFileSync(path('changing'), seededBytes(200_000 + round, 10 + round));
    if (round === 1) writeFileSync(path('middle'), seededBytes(100_000, 2));
    else rmSync(path('middle'), { force: true });
    await backUp(bench);
  }
  return bench;
}

async function backUp({ engine, history }: Bench): Promise<void> {
  const rows = history.see(engine.source);
  const { versionTime } = await engine.backup();
  if (versionTime !== undefined) history.commit(versionTime, rows);
}

const isNot = (name: string) => (row: string) => !row.endsWith(` ${name}`);
const isNamed = (name: string) => (path: string) => path.endsWith(`/${name}`);

/** The paths of each version, newest first. */
async function pathsOf(engine: MemoryEngine): Promise<string[][]> {
  await using opened = await engine.open();
  const { filesets, entries } = opened.database;
  return filesets
    .versions()
    .map(({ seq }) => [...entries.listed({ seq })].map(({ path }) => path.slice(engine.source.length + 1)));
}

test('runPurge() takes a file out of every version, and the space with it', async (t) => {
  const bench = await threeVersions(t);
  const result = await bench.engine.purge(isNamed('changing'), { options: ['--threshold=1'] });
  assert.deepEqual(
    result.versions.map(({ version, removedEntries, removedBytes }) => [
      version,
      removedEntries,
      removedBytes,
    ]),
    [
      [2, 1, 200_000],
      [1, 1, 200_001],
      [0, 1, 200_002],
    ],
  );
  assert.ok((result.compact?.deletedBytes ?? 0) > 600_000);
  bench.history.forgetRows(isNot('changing'));
  assert.deepEqual(
    (await pathsOf(bench.engine)).map((paths) => paths.includes('changing')),
    [false, false, false],
  );
  // The file is still in the source, so the next backup takes it in again.
  await assertSound(bench.engine, bench.history, 'purged');
  assert.deepEqual(
    (await pathsOf(bench.engine)).map((paths) => paths.includes('changing')),
    [true, false, false, false],
  );
});

for (const number of [0, 1])
  test(`runPurge() of version ${number} alone leaves the file in the others`, async (t) => {
    const bench = await threeVersions(t);
    await bench.engine.purge(isNamed('steady'), { options: [`--version=${number}`] });
    assert.deepEqual(
      (await pathsOf(bench.engine)).map((paths) => paths.includes('steady')),
      [0, 1, 2].map((version) => version !== number),
    );
    const times = await versionTimes(bench.engine);
    bench.history.doubtRows(isNot('steady'));
    await assertSound(bench.engine, bench.history, 'purged');
    const later = await versionTimes(bench.engine);
    assert.deepEqual(later.slice(-3), times, 'times stay as the purge left them');
  });

test('runPurge() of a dry run changes nothing, and of nothing that is there neither', async (t) => {
  const bench = await threeVersions(t);
  const before = new Map(bench.engine.storage.files);
  const dry = await bench.engine.purge(isNamed('middle'), { options: ['--dry-run=true'] });
  assert.deepEqual([dry.versions.length, dry.removedBytes], [1, 100_000]);
  const none = await bench.engine.purge(isNamed('absent'));
  assert.deepEqual([none.versions.length, none.compact], [0, undefined]);
  assert.deepEqual(bench.engine.storage.files, before);
});

test('runPurge() keeps the mark of a partial version', async (t) => {
  const bench = await threeVersions(t);
  for (let file = 0; file < 40; file++)
    writeFileSync(join(bench.engine.source, `more-${file}`), seededBytes(20_000, 100 + file));
  bench.history.see(bench.engine.source);
  await bench.engine.backup({ faults: faultAt('put', 2, { kind: 'error-after' }) }).catch(() => {});
  await bench.engine.purge(isNamed('steady'));
  await using opened = await bench.engine.open();
  assert.deepEqual(
    opened.database.filesets.versions().map(({ isFull }) => isFull),
    [false, true, true, true],
  );
});

for (const [when, verb, number, kind] of [
  ['while the new list is stored', 'put', 1, 'error-before'],
  ['with the new list stored and the version not switched', 'put', 1, 'error-after'],
  ['before the old list is deleted', 'delete', 1, 'error-before'],
  ['between two versions', 'put', 2, 'error-before'],
] as const)
  test(`runPurge() that ends ${when} leaves each version as it was or as it shall be`, async (t) => {
    const bench = await threeVersions(t);
    bench.history.doubtRows(isNot('changing'));
    await assert.rejects(
      bench.engine.purge(isNamed('changing'), { faults: faultAt(verb, number, { kind }) }),
    );
    await assertSound(bench.engine, bench.history, when);
    await bench.engine.purge(isNamed('changing'));
    assert.ok((await pathsOf(bench.engine)).every((paths) => !paths.includes('changing')));
    assert.equal((await pathsOf(bench.engine)).length, 3);
  });

test('runPurge() that is stopped has purged the older versions, and says that it is not complete', async (t) => {
  const bench = await threeVersions(t);
  const controller = new RunController();
  bench.history.doubtRows(isNot('steady'));
  const result = await bench.engine.purge(isNamed('steady'), {
    controller,
    faults: faultAt('put', 1, { kind: 'run-before', run: () => controller.stop() }),
  });
  assert.deepEqual([result.isComplete, result.versions.length], [false, 1]);
  await assertSound(bench.engine, bench.history, 'stopped');
});

/** The destination loses the dblock of a version's own data, and gives its name. */
async function loseDblock({ engine }: Bench, path: string): Promise<string> {
  await using opened = await engine.open();
  const { database } = opened;
  const seq = database.filesets.versions().at(-1)?.seq ?? assert.fail();
  const entry = database.entries.find(seq, join(engine.source, path)) ?? assert.fail();
  const [block = 0] = database.contents.get(entry.content).blocks;
  const { name } = database.volumes.get(database.blocks.get(block)?.volumeId ?? assert.fail());
  engine.storage.files.delete(name);
  return name;
}

test('purgeBrokenFiles() removes what cannot be restored, empties lost metadata, and leaves the rest whole', async (t) => {
  const bench = await threeVersions(t);
  const name = await loseDblock(bench, 'steady');
  {
    await using opened = await bench.engine.open();
    const listed = listBrokenFiles(opened, 1, silentLog);
    assert.deepEqual(
      listed.map(({ version }) => version),
      [0, 1, 2],
    );
    assert.ok(listed.every(({ entries, brokenEntries }) => entries.length === 1 && brokenEntries >= 2));
    const affected = findAffected(opened.database, [name, 'unknown'], 1000);
    assert.deepEqual(affected.unknownNames, ['unknown']);
    assert.deepEqual(
      affected.versions.map(({ affectedEntries }) => affectedEntries),
      listed.map(({ brokenEntries }) => brokenEntries),
    );
  }
  const before = new Map(bench.engine.storage.files);
  const dry = await bench.engine.purgeBroken({ options: ['--dry-run=true'] });
  assert.deepEqual(bench.engine.storage.files, before);
  const result = await bench.engine.purgeBroken();
  assert.deepEqual({ ...result, isDryRun: true }, dry);
  // The first version loses all its files, and keeps the folder with empty metadata or goes altogether.
  const paths = await pathsOf(bench.engine);
  assert.ok(paths.every((names) => !names.includes('steady') && !names.includes('link')));
  assert.ok(paths[0]?.includes('changing'));
  const tested = await bench.engine.test();
  assert.deepEqual(tested.faultyVolumes, []);
  const { target, result: restored } = await bench.engine.restore(0, 'ignore');
  assert.deepEqual([...restored.brokenFiles, ...restored.brokenVolumes], []);
  assert.ok(target);
  await bench.engine.backup();
  assert.ok((await pathsOf(bench.engine))[0]?.includes('steady'));
  const again = await bench.engine.test();
  assert.deepEqual(again.faultyVolumes, []);
  await using opened = await bench.engine.open();
  assert.deepEqual(listBrokenFiles(opened, 1, silentLog), []);
});

test('purgeBrokenFiles() refuses to delete every version', async (t) => {
  const bench = await threeVersions(t);
  for (const name of [...bench.engine.storage.files.keys()])
    if (name.includes('.dblock.')) bench.engine.storage.files.delete(name);
  const options = ['--disable-replace-missing-metadata=true'];
  await assert.rejects(bench.engine.purgeBroken({ options }), { code: 'all-versions-broken' });
  assert.equal((await versionTimes(bench.engine)).length, 3);
});

test('purgeBrokenFiles() of a backup in order changes nothing', async (t) => {
  const bench = await threeVersions(t);
  const before = new Map(bench.engine.storage.files);
  const result = await bench.engine.purgeBroken();
  assert.deepEqual([result.versions.length, result.removedEntries], [0, 0]);
  assert.deepEqual(bench.engine.storage.files, before);
});
