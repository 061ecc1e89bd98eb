/** Other operations than a backup as the first run after a backup that ended early. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../../faults/extent.ts';
import { backUp, type Stage } from '../../faults/scenarios.ts';
import { createEngine } from '../../support/engine.ts';
import { type FaultPlan, faultAt } from '../../support/fault-plan.ts';
import { History } from '../../support/history.ts';
import { assertSound } from '../../support/oracle.ts';
import { seededBytes } from '../../support/seeded-random.ts';

const KEEP_SPACE = '--no-auto-compact=true';

/** A backup with waste, and a run after it that the given fault ended. */
async function interruptedStage(t: TestContext, faults: FaultPlan): Promise<Stage> {
  const stage = { engine: await createEngine(t), history: new History() };
  const path = (name: string) => join(stage.engine.source, name);
  writeFileSync(path('kept'), seededBytes(300_000, 1));
  writeFileSync(path('wasted'), seededBytes(500_000, 2));
  await stage.engine.backup();
  rmSync(path('wasted'));
  await backUp(stage);
  await stage.engine.delete({ options: ['--keep-versions=1', KEEP_SPACE] });
  for (const file of [1, 2, 3, 4]) writeFileSync(path(`new-${file}`), seededBytes(700_000, 10 + file));
  stage.history.see(stage.engine.source);
  await assert.rejects(stage.engine.backup({ faults, options: [KEEP_SPACE] }));
  return stage;
}

for (const [place, met] of ['its first upload', 'its second upload', 'its third upload'].entries()) {
  const faults = faultAt('put', place + 1, { kind: 'error-before' });
  const testOrLong = place === 0 ? test : longTest;
  testOrLong(
    `compaction after a backup that lost ${met} leaves the entries that miss blocks no others`,
    async (t) => {
      const stage = await interruptedStage(t, faults);
      await stage.engine.compact({ options: ['--threshold=1'] });
      await assertSound(stage.engine, stage.history, 'afterwards');
    },
  );

  testOrLong(`a purge of one version after a backup that lost ${met} needs no help`, async (t) => {
    const stage = await interruptedStage(t, faults);
    await stage.engine.purge((path) => path.endsWith('/nothing'), { options: ['--version=0'] });
    await assertSound(stage.engine, stage.history, 'afterwards');
  });
}

test('runDelete() of a version whose list the destination lost deletes it, and the others keep theirs', async (t) => {
  const stage = await interruptedStage(t, faultAt('put', 1, { kind: 'error-before' }));
  for (const name of stage.engine.storage.files.keys())
    if (name.includes('.dlist.')) stage.engine.storage.files.delete(name);
  await stage.engine.delete({ options: ['--keep-versions=1', '--threshold=1'] });
  await assertSound(stage.engine, stage.history, 'afterwards');
});
