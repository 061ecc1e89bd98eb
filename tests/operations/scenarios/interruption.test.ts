/** Runs that end early, at each place where that matters, and what the runs after them make of it. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RunController } from '../../../src/base/index.ts';
import { longTest } from '../../faults/extent.ts';
import { backUp, changeSource, type Stage } from '../../faults/scenarios.ts';
import { createEngine, type EngineRun } from '../../support/engine.ts';
import { type Fault, type FaultPlan, faultWhen, type VerbCall } from '../../support/fault-plan.ts';
import { History } from '../../support/history.ts';
import { assertSound, versionTimes } from '../../support/oracle.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { treeRows } from '../../support/tree-rows.ts';

const FAILING_UPLOADS = 3;
const VOLUME_KINDS = ['dblock', 'dindex', 'dlist'] as const;

async function emptyStage(t: TestContext): Promise<Stage> {
  const stage = { engine: await createEngine(t), history: new History() };
  writeFileSync(join(stage.engine.source, 'first'), seededBytes(700_000, 1));
  writeFileSync(join(stage.engine.source, 'second'), seededBytes(700_000, 2));
  return stage;
}

const isPutOf = (kind: string) => (call: VerbCall) => call.verb === 'put' && call.name.includes(`.${kind}.`);

async function failBackup(stage: Stage, run: EngineRun): Promise<void> {
  stage.history.see(stage.engine.source);
  await assert.rejects(stage.engine.backup(run));
}

async function assertVersions({ engine }: Stage, count: number): Promise<void> {
  assert.equal((await versionTimes(engine)).length, count);
}

/** The fault at the nth upload of a kind only. */
function atNth(kind: string, nth: number, fault: Fault): FaultPlan {
  let met = 0;
  return faultWhen((call) => isPutOf(kind)(call) && ++met === nth, fault);
}

test('runBackup() whose second dblock fails leaves no version; the next run makes what arrived a partial one', async (t) => {
  const stage = await emptyStage(t);
  await failBackup(stage, { faults: atNth('dblock', 2, { kind: 'error-before' }) });
  assert.ok(![...stage.engine.storage.files.keys()].some((name) => name.includes('.dlist.')));
  await backUp(stage);
  await assertVersions(stage, 2);
  await assertSound(stage.engine, stage.history, 'afterwards');
});

for (const [kind, versions] of [
  ['error-before', 2],
  ['error-after', 1],
] as const) {
  longTest(
    `runBackup() after a first file list met '${kind}' gives ${versions} versions, repaired in between or not`,
    async (t) => {
      const stage = await emptyStage(t);
      await failBackup(stage, { faults: faultWhen(isPutOf('dlist'), { kind }) });
      if (versions === 1) await stage.engine.repair();
      await backUp(stage, { options: ['--upload-unchanged-backups=false'] });
      await assertVersions(stage, versions === 2 ? 2 : 1);
      await assertSound(stage.engine, stage.history, 'afterwards');
    },
  );

  longTest(`runBackup() whose file list met '${kind}' in three runs leaves nothing behind`, async (t) => {
    const stage = await emptyStage(t);
    await backUp(stage);
    for (let generation = 0; generation < 3; generation++) {
      changeSource(stage, generation);
      await failBackup(stage, { faults: faultWhen(isPutOf('dlist'), { kind }) });
    }
    changeSource(stage, 3);
    await backUp(stage);
    await assertSound(stage.engine, stage.history, 'afterwards');
  });
}

for (const [what, kind, versions] of [
  ['never arrives', 'error-before', 2],
  ['arrives each time', 'error-after', 1],
] as const)
  longTest(
    `runBackup() whose file list ${what} in ${FAILING_UPLOADS} runs, nothing else changing, gives ${versions} versions`,
    async (t) => {
      const stage = await emptyStage(t);
      const options = ['--check-filetime-only=true'];
      stage.history.see(stage.engine.source);
      // Once a list has arrived the next run finds nothing to do, and does not fail.
      for (let run = 0; run < FAILING_UPLOADS; run++)
        await stage.engine.backup({ faults: faultWhen(isPutOf('dlist'), { kind }), options }).catch(() => {});
      await stage.engine.backup({ options });
      await assertVersions(stage, versions);
      await assertSound(stage.engine, stage.history, 'afterwards');
    },
  );

longTest(
  'runBackup() with keep-versions deletes the right version after its file list was repeated',
  async (t) => {
    const stage = await emptyStage(t);
    const times: number[] = [];
    for (let generation = 0; generation < 3; generation++) {
      changeSource(stage, generation);
      const rows = stage.history.see(stage.engine.source);
      const faults = atNth('dlist', 1, { kind: 'error-after' });
      const options = ['--keep-versions=2', '--number-of-retries=1'];
      const { versionTime = 0 } = await stage.engine.backup({ faults, options });
      stage.history.commit(versionTime, rows);
      times.push(versionTime);
    }
    assert.deepEqual((await versionTimes(stage.engine)).toReversed(), times.slice(-2));
    stage.history.forget(new Set(times.slice(0, 1)));
    await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
  },
);

longTest(
  'runRepair() stores the lists of all versions when the destination has lost every one',
  async (t) => {
    const stage = await emptyStage(t);
    await backUp(stage);
    changeSource(stage, 1);
    await backUp(stage);
    for (const name of stage.engine.storage.files.keys())
      if (name.includes('.dlist.')) stage.engine.storage.files.delete(name);
    await stage.engine.repair();
    await assertVersions(stage, 2);
    await assertSound(stage.engine, stage.history, 'afterwards');
  },
);

for (const kind of VOLUME_KINDS) {
  longTest(`runBackup() aborted while it uploads a ${kind} is continued by the next run`, async (t) => {
    const stage = await emptyStage(t);
    await backUp(stage);
    changeSource(stage, 1);
    const controller = new RunController();
    stage.history.see(stage.engine.source);
    const abort: Fault = { kind: 'run-before', run: () => controller.abort() };
    const run = stage.engine.backup({ controller, faults: faultWhen(isPutOf(kind), abort) });
    await assert.rejects(run, { code: 'aborted' });
    await assertSound(stage.engine, stage.history, 'afterwards');
  });
}

longTest('runBackup() aborted leaves no version where partial versions are not wanted', async (t) => {
  const stage = await emptyStage(t);
  await failBackup(stage, { faults: atNth('dblock', 2, { kind: 'error-before' }) });
  await backUp(stage, { options: ['--disable-synthetic-filelist=true'] });
  await assertVersions(stage, 1);
  await assertSound(stage.engine, stage.history, 'afterwards');
});

test('runBackup() gives a partial version the folders of what it holds, though what was stored of them got lost', async (t) => {
  const stage = await emptyStage(t);
  const { engine } = stage;
  const inner = join(engine.source, 'outer', 'inner');
  mkdirSync(inner, { recursive: true });
  for (let file = 0; file < 400; file++)
    writeFileSync(join(inner, `file-${file}`), seededBytes(12_000, 10 + file));
  stage.history.see(engine.source);
  const controller = new RunController();
  // The first dblock, which holds the metadata of the folders, never arrives; the others do.
  let dindexes = 0;
  const faults: FaultPlan = (call) => {
    if (call.verb === 'put' && call.verbCallNumber === 1)
      return { kind: 'wait', until: new Promise(() => {}) };
    if (!isPutOf('dindex')(call) || ++dindexes < 3) return undefined;
    return { kind: 'run-before', run: () => controller.abort() };
  };
  const options = ['--asynchronous-upload-limit=4'];
  await assert.rejects(engine.backup({ controller, faults, options }), { code: 'aborted' });
  await backUp(stage);
  await assertVersions(stage, 2);
  const { target } = await engine.restore(1, 'ignore');
  const restored = treeRows(target);
  const expected = treeRows(engine.source).filter((row) => row.startsWith('d '));
  assert.ok(restored.some((row) => row.includes(' outer/inner/file-')));
  assert.deepEqual(
    restored.filter((row) => row.startsWith('d ')),
    expected,
  );
  await assertSound(engine, stage.history, 'afterwards', 'whole');
});

test('runBackup() stopped before it found anything new makes no version', async (t) => {
  const stage = await emptyStage(t);
  const controller = new RunController();
  controller.stop();
  const stopped = await stage.engine.backup({ controller });
  assert.equal(stopped.isPartial, true);
  assert.equal(stopped.versionTime, undefined);
  assert.deepEqual([...stage.engine.storage.files.keys()], []);
  await assertSound(stage.engine, stage.history, 'afterwards');
});

longTest(
  'uploadVolume() never uses a name twice, and the next run clears what the first tries left',
  async (t) => {
    const stage = await emptyStage(t);
    const names: string[] = [];
    const faults: FaultPlan = ({ verb, name, verbCallNumber }) => {
      if (verb !== 'put') return undefined;
      names.push(name);
      return verbCallNumber <= FAILING_UPLOADS ? { kind: 'error-after' } : undefined;
    };
    await backUp(stage, { faults, options: [`--number-of-retries=${FAILING_UPLOADS}`] });
    assert.equal(new Set(names).size, names.length);
    await assertSound(stage.engine, stage.history, 'afterwards');
    const left = names.slice(0, FAILING_UPLOADS).filter((name) => stage.engine.storage.files.has(name));
    assert.deepEqual(left, []);
  },
);

test('runDelete() whose deletion fails at the destination is finished by the next run', async (t) => {
  const stage = await emptyStage(t);
  await backUp(stage);
  const [time = 0] = await versionTimes(stage.engine);
  changeSource(stage, 1);
  await backUp(stage);
  const faults = faultWhen(({ verb }) => verb === 'delete', { kind: 'error-before' });
  await assert.rejects(stage.engine.delete({ faults, options: ['--keep-versions=1'] }));
  stage.history.forget(new Set([time]));
  assert.equal([...stage.engine.storage.files.keys()].filter((name) => name.includes('.dlist.')).length, 2);
  await assertSound(stage.engine, stage.history, 'afterwards');
  await assertVersions(stage, 1);
});

longTest('runDelete() takes a file that is gone already for deleted', async (t) => {
  const stage = await emptyStage(t);
  await backUp(stage);
  const [time = 0] = await versionTimes(stage.engine);
  changeSource(stage, 1);
  await backUp(stage);
  const faults = faultWhen(({ verb }) => verb === 'delete', { kind: 'repeat' });
  await stage.engine.delete({ faults, options: ['--keep-versions=1'] });
  stage.history.forget(new Set([time]));
  await assertSound(stage.engine, stage.history, 'afterwards');
});
