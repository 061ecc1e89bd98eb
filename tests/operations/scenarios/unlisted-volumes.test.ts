/**
 * Volumes at the destination, no file list beside them, and no local database: a first backup that ended
 * early, or lists that somebody lost.
 */
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../../faults/extent.ts';
import { backUp, loseDatabase, type Stage } from '../../faults/scenarios.ts';
import { createEngine, type MemoryEngineSettings } from '../../support/engine.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { faultAt } from '../../support/fault-plan.ts';
import { History } from '../../support/history.ts';
import { assertSound, versionTimes } from '../../support/oracle.ts';
import { seededBytes } from '../../support/seeded-random.ts';

const FILES = 4;
const FILE_BYTES = 700_000;

/** Lists that are lost and versions that follow never have the same second in their names. */
async function emptyStage(t: TestContext, settings: MemoryEngineSettings = {}): Promise<Stage> {
  const engine = await createEngine(t, { clock: fastClock(Date.now()), ...settings });
  const stage = { engine, history: new History() };
  for (let file = 0; file < FILES; file++)
    writeFileSync(join(stage.engine.source, `file-${file}`), seededBytes(FILE_BYTES, file));
  return stage;
}

/** The upload that fails is counted from 1: a dblock and its dindex by turns. */
async function failFirstBackup(stage: Stage, upload: number): Promise<void> {
  stage.history.see(stage.engine.source);
  await assert.rejects(stage.engine.backup({ faults: faultAt('put', upload, { kind: 'error-before' }) }));
  assert.deepEqual(namesOf(stage, 'dlist'), []);
  loseDatabase(stage);
}

function namesOf({ engine }: Stage, kind: string): string[] {
  return [...engine.storage.files.keys()].filter((name) => name.includes(`.${kind}.`));
}

function storedBytes({ engine }: Stage): number {
  return [...engine.storedFiles().values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Not the one whose list is away. */
async function versionsKnown({ engine }: Stage): Promise<number[]> {
  return existsSync(engine.databasePath) ? versionTimes(engine) : [];
}

const warnings = ({ engine }: Stage) => engine.log.filter(({ level }) => level === 'warning');

for (const [upload, what] of [
  [2, 'one dblock without index'],
  [3, 'one dblock'],
  [4, 'two dblocks'],
] as const)
  (upload === 3 ? test : longTest)(
    `runBackup() goes on from ${what} of a first backup that ended early, without its database`,
    async (t) => {
      const stage = await emptyStage(t, { passphrase: 'some words' });
      await failFirstBackup(stage, upload);
      const kept = namesOf(stage, 'dblock');
      assert.ok(kept.length > 0);
      await backUp(stage);
      assert.deepEqual(
        warnings(stage).map(({ id }) => id),
        ['no-versions'],
      );
      assert.ok(kept.every((name) => stage.engine.storage.files.has(name)));
      assert.ok(storedBytes(stage) < 1.1 * FILES * FILE_BYTES, 'what was stored before is used again');
      await assertSound(stage.engine, stage.history, 'afterwards');
    },
  );

test('runRepair() of volumes without any file list says how to go on, and deletes nothing', async (t) => {
  const stage = await emptyStage(t);
  await failFirstBackup(stage, 3);
  const names = namesOf(stage, 'dblock');
  await assert.rejects(stage.engine.repair(), { code: 'no-versions' });
  assert.deepEqual(namesOf(stage, 'dblock'), names);
});

test('runBackup() with another passphrase than that of volumes without any file list is refused', async (t) => {
  const stage = await emptyStage(t, { passphrase: 'some words' });
  await failFirstBackup(stage, 3);
  const before = [...stage.engine.storedFiles()];
  await assert.rejects(stage.engine.backup({ options: ['--passphrase=other words'] }), {
    code: 'wrong-passphrase',
  });
  assert.deepEqual([...stage.engine.storedFiles()], before);
});

test('runBackup() keeps what lost file lists may need, until they are brought back', async (t) => {
  const stage = await emptyStage(t);
  await backUp(stage);
  const [list = ''] = namesOf(stage, 'dlist');
  const file = stage.engine.storage.files.get(list);
  assert.ok(file !== undefined);
  stage.engine.storage.files.delete(list);
  loseDatabase(stage);
  const old = namesOf(stage, 'dblock');
  for (let at = 0; at < FILES; at++) rmSync(join(stage.engine.source, `file-${at}`));
  writeFileSync(join(stage.engine.source, 'other'), seededBytes(FILE_BYTES, 100));
  for (const content of ['one', 'two', 'three']) {
    writeFileSync(join(stage.engine.source, 'changing'), content);
    stage.history.forget(new Set(await versionsKnown(stage)));
    await backUp(stage, { options: ['--keep-versions=1', '--threshold=1'] });
  }
  assert.ok(old.every((name) => stage.engine.storage.files.has(name)));
  stage.engine.storage.files.set(list, file);
  await assertSound(stage.engine, stage.history, 'afterwards');
});

test('runCompact() after a backup beside volumes without any file list deletes what no version needs', async (t) => {
  const stage = await emptyStage(t);
  await failFirstBackup(stage, 5);
  const old = namesOf(stage, 'dblock');
  for (let at = 0; at < FILES; at++) writeFileSync(join(stage.engine.source, `file-${at}`), `new ${at}`);
  await backUp(stage);
  assert.ok(old.every((name) => stage.engine.storage.files.has(name)));
  await stage.engine.compact();
  assert.ok(!old.some((name) => stage.engine.storage.files.has(name)));
  await assertSound(stage.engine, stage.history, 'afterwards');
});
