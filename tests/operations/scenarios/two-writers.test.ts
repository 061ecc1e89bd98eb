/** Two runs on one database, and two machines with a database each on one destination. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../../faults/extent.ts';
import { backUp, changeSource, prepareStage, type Stage, versions } from '../../faults/scenarios.ts';
import type { EngineRun } from '../../support/engine.ts';
import { faultWhen, type VerbCall } from '../../support/fault-plan.ts';
import { assertSound, versionTimes } from '../../support/oracle.ts';

function stageOf(t: TestContext, count: number): Promise<Stage> {
  return prepareStage(t, { prepare: (stage) => versions(stage, count) }, { now: Date.now });
}

const otherMachine = ({ engine }: Stage) => ({ databasePath: join(engine.folder, 'data', 'other.sqlite') });

/** A run that waits at a call until it is told to go on. */
function holdAt(condition: (call: VerbCall) => boolean): {
  run: EngineRun;
  reached: Promise<unknown>;
  goOn: () => void;
} {
  const reached = Promise.withResolvers<void>();
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  const faults = faultWhen(
    (call) => {
      if (!condition(call)) return false;
      reached.resolve();
      return true;
    },
    { kind: 'wait', until },
  );
  return { run: { faults }, reached: reached.promise, goOn };
}

const isPutOf = (kind: string) => (call: VerbCall) => call.verb === 'put' && call.name.includes(`.${kind}.`);

test('openBackup() tells a second run on one database who holds it, and lets it read meanwhile', async (t) => {
  const stage = await stageOf(t, 1);
  changeSource(stage, 1);
  const held = holdAt(isPutOf('dblock'));
  const first = backUp(stage, held.run);
  await held.reached;
  await assert.rejects(stage.engine.backup(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'database-in-use');
    assert.match(error.message, new RegExp(`${process.pid}`));
    return true;
  });
  const { result } = await stage.engine.restore(0, 'use');
  assert.deepEqual(result.brokenFiles, []);
  held.goOn();
  await first;
  await assertSound(stage.engine, stage.history, 'afterwards');
});

longTest('two machines that take turns see and keep the versions of each other', async (t) => {
  const stage = await stageOf(t, 1);
  for (const generation of [1, 2, 3, 4]) {
    changeSource(stage, generation);
    await backUp(stage, generation % 2 === 0 ? {} : otherMachine(stage));
  }
  assert.equal((await versionTimes(stage.engine)).length, 5);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

for (const kind of ['dblock', 'dindex', 'dlist']) {
  longTest(
    `a machine backs up while another is at the upload of a ${kind}: both versions are kept`,
    async (t) => {
      const stage = await stageOf(t, 1);
      changeSource(stage, 1);
      const held = holdAt(isPutOf(kind));
      const first = backUp(stage, held.run);
      await held.reached;
      await backUp(stage, otherMachine(stage));
      held.goOn();
      await first;
      await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
      await assertOther(stage);
    },
  );
}

longTest(
  'a machine deletes and compacts while another backs up: that is noticed, and nothing stays lost',
  async (t) => {
    const stage = await stageOf(t, 3);
    const times = await versionTimes(stage.engine);
    changeSource(stage, 4);
    const held = holdAt(isPutOf('dlist'));
    const first = backUp(stage, held.run);
    await held.reached;
    const [, ...doomed] = times;
    await stage.engine.delete({
      ...otherMachine(stage),
      options: ['--keep-versions=1', '--threshold=1'],
    });
    stage.history.forget(new Set(doomed));
    held.goOn();
    await first;
    await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
    await assertOther(stage);
  },
);

/** The other machine comes to the same view by itself. */
async function assertOther(stage: Stage): Promise<void> {
  const { faultyVolumes } = await stage.engine.test(otherMachine(stage));
  assert.deepEqual(faultyVolumes, []);
}
