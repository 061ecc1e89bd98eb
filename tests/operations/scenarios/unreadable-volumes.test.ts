/**
 * One volume whose bytes cannot be had, whoever asks and however often, while everything else can: a bad
 * sector, or a broken object.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../../faults/extent.ts';
import { backUp, loseDatabase, type Stage } from '../../faults/scenarios.ts';
import { createEngine } from '../../support/engine.ts';
import { type FaultPlan, faultWhen } from '../../support/fault-plan.ts';
import { History } from '../../support/history.ts';
import { assertSound } from '../../support/oracle.ts';
import { seededBytes } from '../../support/seeded-random.ts';

const FILES = 6;

/** Two versions in four dblocks; `first` is the one with the start of the first version. */
async function twoVersions(t: TestContext): Promise<Stage & { readonly first: string }> {
  const stage = { engine: await createEngine(t), history: new History() };
  const write = (file: number, seed: number) =>
    writeFileSync(join(stage.engine.source, `file-${file}`), seededBytes(300_000, seed));
  for (let file = 0; file < FILES; file++) write(file, file);
  await backUp(stage);
  const [first = ''] = namesOf(stage, 'dblock');
  write(0, 100);
  await backUp(stage);
  return { ...stage, first };
}

function namesOf({ engine }: Stage, kind: string): string[] {
  return [...engine.storage.files.keys()].filter((name) => name.includes(`.${kind}.`));
}

function unreadable(name: string): FaultPlan {
  return faultWhen((call) => call.verb === 'get' && call.name === name, { kind: 'error-before' });
}

test('runTest() names a dblock that cannot be read, and repair makes it again when told to take it for lost', async (t) => {
  const stage = await twoVersions(t);
  const { engine, first } = stage;
  const faults = unreadable(first);
  const { faultyVolumes } = await engine.test({ faults });
  assert.deepEqual(
    faultyVolumes.map(({ name, faults: [fault] }) => [name, fault?.kind]),
    [[first, 'unreadable']],
  );
  await engine.backup({ faults });
  await engine.repair({ faults });
  assert.ok(engine.storage.files.has(first), 'it may be readable another day');
  await engine.repair({ faults, options: ['--rebuild-missing-dblock-files=true'] });
  const losses = await engine.restore(1, 'use', { faults });
  // The first content of file 0 is nowhere any more.
  assert.deepEqual(
    losses.result.brokenFiles.map(({ path }) => path.split('/').at(-1)),
    ['file-0'],
  );
  const newest = await engine.restore(0, 'ignore', { faults });
  assert.deepEqual(newest.result.brokenFiles, []);
});

test('runBackup() finds a dblock whole that could not be read another day', async (t) => {
  const stage = await twoVersions(t);
  await stage.engine.test({ faults: unreadable(stage.first) });
  await assertSound(stage.engine, stage.history, 'afterwards');
});

test('runRestore() of a version of which one dblock cannot be read restores the rest, and names what lacks', async (t) => {
  const { engine, first } = await twoVersions(t);
  const { result } = await engine.restore(1, 'use', { faults: unreadable(first) });
  assert.deepEqual(
    result.brokenVolumes.map(({ name }) => name),
    [first],
  );
  assert.ok(result.brokenFiles.length > 0 && result.brokenFiles.length < FILES);
  assert.equal(result.restoredFiles + result.brokenFiles.length, FILES);
});

for (const kind of ['dindex', 'dblock'])
  (kind === 'dindex' ? test : longTest)(
    `a database is made from a destination of which one ${kind} cannot be read`,
    async (t) => {
      const stage = await twoVersions(t);
      const { engine } = stage;
      loseDatabase(stage);
      const [name = ''] = namesOf(stage, kind);
      writeFileSync(join(engine.source, 'new'), 'new');
      await backUp(stage, { faults: unreadable(name) });
      assert.ok(engine.storage.files.has(name));
      loseDatabase(stage);
      rmSync(join(engine.source, 'new'));
      await assertSound(engine, stage.history, 'afterwards');
    },
  );

test('a database is not made without a file list that cannot be read, and knows its version another day', async (t) => {
  const stage = await twoVersions(t);
  const { engine } = stage;
  loseDatabase(stage);
  const faults = unreadable(namesOf(stage, 'dlist')[0] ?? '');
  const before = [...engine.storedFiles()];
  await assert.rejects(engine.backup({ faults }), {
    code: 'volume-unreadable',
    message: /the volume '.*dlist/,
  });
  await assert.rejects(engine.repair({ faults }), { code: 'volume-unreadable' });
  assert.deepEqual([...engine.storedFiles()], before);
  await assertSound(engine, stage.history, 'afterwards');
});

test('runRepair() without a database ends where nothing of the destination can be read', async (t) => {
  const stage = await twoVersions(t);
  loseDatabase(stage);
  const faults = faultWhen(({ verb }) => verb === 'get', { kind: 'error-before' });
  await assert.rejects(stage.engine.repair({ faults }), { code: 'destination-unreachable' });
  await assertSound(stage.engine, stage.history, 'afterwards');
});
