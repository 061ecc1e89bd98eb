/**
 * What is lost or damaged at a destination, and databases that do not fit it: mended without help where that
 * is safe, else told in one message.
 */
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Clock } from '../../../src/base/index.ts';
import { longTest } from '../../faults/extent.ts';
import {
  backUp,
  changeSource,
  loseDatabase,
  prepareStage,
  type Stage,
  versions,
} from '../../faults/scenarios.ts';
import { faultWhen, type VerbCall } from '../../support/fault-plan.ts';
import { assertSound, versionTimes } from '../../support/oracle.ts';

function stageOf(t: TestContext, count: number, clock?: Clock): Promise<Stage> {
  return prepareStage(t, { prepare: (stage) => versions(stage, count) }, clock);
}

function namesOf({ engine }: Stage, kind: string): string[] {
  return [...engine.storage.files.keys()].filter((name) => name.includes(`.${kind}.`));
}

function rewrite({ engine }: Stage, name: string, change: (bytes: Buffer) => Buffer): void {
  const file = engine.storage.files.get(name);
  assert.ok(file !== undefined);
  engine.storage.files.set(name, { ...file, bytes: change(Buffer.from(file.bytes)) });
}

const DAMAGES: Readonly<Record<string, (stage: Stage, name: string) => void>> = {
  lost: ({ engine }, name) => void engine.storage.files.delete(name),
  shortened: (stage, name) => rewrite(stage, name, (bytes) => bytes.subarray(0, 500)),
  emptied: (stage, name) => rewrite(stage, name, () => Buffer.alloc(0)),
};

for (const [damage, spoil] of Object.entries(DAMAGES)) {
  for (const database of ['kept', 'lost']) {
    longTest(
      `a dblock is ${damage}, the database ${database}: the next backup stores again what the source has`,
      async (t) => {
        const stage = await stageOf(t, 1);
        const [name = ''] = namesOf(stage, 'dblock');
        spoil(stage, name);
        if (database === 'lost') loseDatabase(stage);
        await backUp(stage);
        await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
        assert.ok(!stage.engine.storage.files.has(name));
      },
    );
  }

  longTest(`an index is ${damage}: the next backup stores it again`, async (t) => {
    const stage = await stageOf(t, 2);
    for (const name of namesOf(stage, 'dindex')) spoil(stage, name);
    await backUp(stage);
    await assertSound(stage.engine, stage.history, 'afterwards');
  });

  longTest(`a file list is ${damage}: the next backup stores it again`, async (t) => {
    const stage = await stageOf(t, 3);
    for (const name of namesOf(stage, 'dlist')) spoil(stage, name);
    await backUp(stage);
    await assertSound(stage.engine, stage.history, 'afterwards');
  });
}

test('a lost dblock with data that the source has no more costs what is in it, and nothing else', async (t) => {
  const stage = await stageOf(t, 1);
  const [first = ''] = namesOf(stage, 'dblock');
  stage.engine.storage.files.delete(first);
  rmSync(join(stage.engine.source, 'file-3'));
  await assert.rejects(stage.engine.delete({ options: ['--keep-versions=1'] }), {
    code: 'remote-files-missing',
  });
  await backUp(stage);
  assert.ok(stage.engine.log.some(({ id }) => id === 'blocks-lost'));
  const newest = await stage.engine.restore(0, 'use');
  assert.deepEqual([...newest.result.brokenFiles, ...newest.result.brokenVolumes], []);
  const oldest = await stage.engine.restore(1, 'use');
  assert.deepEqual(
    oldest.result.brokenFiles.map(({ path }) => path.split('/').at(-1)),
    ['file-3'],
  );
  const alone = await stage.engine.restore(0, 'ignore');
  assert.deepEqual(alone.result.brokenFiles, []);
});

test('a destination that shows nothing at all ends a backup, and nothing is stored', async (t) => {
  const stage = await stageOf(t, 1);
  stage.engine.storage.files.clear();
  await assert.rejects(stage.engine.backup(), { code: 'remote-files-missing' });
  assert.equal(stage.engine.storage.files.size, 0);
});

longTest('a database restored from last week is brought up to date', async (t) => {
  const stage = await stageOf(t, 1);
  const old = join(stage.engine.folder, 'old.sqlite');
  copyFileSync(stage.engine.databasePath, old);
  changeSource(stage, 1);
  await backUp(stage);
  copyFileSync(old, stage.engine.databasePath);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

test('a database from before versions were deleted and volumes compacted is brought up to date', async (t) => {
  const stage = await stageOf(t, 3);
  const old = join(stage.engine.folder, 'old.sqlite');
  copyFileSync(stage.engine.databasePath, old);
  const [, ...doomed] = await versionTimes(stage.engine);
  await stage.engine.delete({ options: ['--keep-versions=1', '--threshold=1'] });
  stage.history.forget(new Set(doomed));
  copyFileSync(old, stage.engine.databasePath);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

longTest('a destination set back to last week is taken as it is, when it is whole', async (t) => {
  const stage = await stageOf(t, 1);
  const files = new Map(stage.engine.storage.files);
  changeSource(stage, 1);
  await stage.engine.backup();
  stage.engine.storage.files.clear();
  for (const [name, file] of files) stage.engine.storage.files.set(name, file);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

longTest('files of somebody else at the destination are left alone', async (t) => {
  const stage = await stageOf(t, 1);
  const file = { bytes: Buffer.from('x'), modifiedAtMs: 0 };
  stage.engine.storage.files.set('notes.txt', file);
  stage.engine.storage.files.set('other-20200101T000000Z.dlist.zip', file);
  await backUp(stage);
  assert.ok(stage.engine.storage.files.delete('notes.txt'));
  assert.ok(stage.engine.storage.files.delete('other-20200101T000000Z.dlist.zip'));
  await assertSound(stage.engine, stage.history, 'afterwards');
});

longTest('an index that is there twice does no harm', async (t) => {
  const stage = await stageOf(t, 1);
  const [name = ''] = namesOf(stage, 'dindex');
  const file = stage.engine.storage.files.get(name);
  assert.ok(file !== undefined);
  stage.engine.storage.files.set(name.replace(/-i\w{4}/, '-i0000'), file);
  await assertSound(stage.engine, stage.history, 'afterwards');
});

longTest(
  'a file list that nobody can read any more stays, and so does everything that its version may need',
  async (t) => {
    const stage = await stageOf(t, 2);
    const [list = ''] = namesOf(stage, 'dlist');
    rewrite(stage, list, (bytes) => bytes.fill(0));
    const before = namesOf(stage, 'dblock');
    loseDatabase(stage);
    rmSync(join(stage.engine.source, 'file-1'));
    await backUp(stage, { options: ['--keep-versions=1', '--threshold=1'] });
    assert.ok(stage.engine.log.some(({ id }) => id === 'compaction-skipped'));
    assert.ok(stage.engine.storage.files.has(list));
    assert.deepEqual(
      before.filter((name) => !stage.engine.storage.files.has(name)),
      [],
    );
  },
);

longTest('a repeated upload of an old file list stays before the next version', async (t) => {
  const stage = await stageOf(t, 3, { now: Date.now });
  for (const name of namesOf(stage, 'dlist')) stage.engine.storage.files.delete(name);
  const faults = faultWhen(({ verb, verbCallNumber }) => verb === 'put' && verbCallNumber % 2 === 1, {
    kind: 'break',
    afterBytes: 300,
  });
  await backUp(stage, { faults, options: ['--number-of-retries=1'] });
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

test('a download that ends early in silence is repeated, and never taken for damage', async (t) => {
  const stage = await stageOf(t, 2);
  loseDatabase(stage);
  const seen = new Set<string>();
  const isFirstGet = ({ verb, name }: VerbCall) => verb === 'get' && seen.size < seen.add(name).size;
  const faults = faultWhen(isFirstGet, { kind: 'truncate', afterBytes: 300 });
  await backUp(stage, { faults, options: ['--number-of-retries=1'] });
  assert.equal((await versionTimes(stage.engine)).length, 2);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

for (const kind of ['dlist', 'dindex']) {
  longTest(
    `a ${kind} of the right length with wrong bytes is found by runTest() and stored again by the next backup`,
    async (t) => {
      const stage = await stageOf(t, 2);
      const [name = ''] = namesOf(stage, kind);
      rewrite(stage, name, (bytes) => bytes.fill(0, bytes.length >> 1));
      const { faultyVolumes } = await stage.engine.test();
      assert.deepEqual(
        faultyVolumes.map((volume) => volume.name),
        [name],
      );
      await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
    },
  );
}
