import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createEngine } from '../../support/engine.ts';
import { faultAt } from '../../support/fault-plan.ts';
import { seededBytes } from '../../support/seeded-random.ts';

test('runRepair() keeps the mark of a partial version in a list that it stores again', async (t) => {
  const engine = await createEngine(t, { options: ['--no-auto-compact=true'] });
  for (let file = 0; file < 40; file++)
    writeFileSync(join(engine.source, `file-${file}`), seededBytes(50_000, file + 1));
  await assert.rejects(engine.backup({ faults: faultAt('put', 3, { kind: 'error-after' }) }));
  await engine.repair();
  const [list = ''] = [...engine.storage.files.keys()].filter((name) => name.includes('.dlist.'));
  engine.storage.files.delete(list);
  await engine.repair();
  for (const databasePath of [engine.databasePath, join(engine.folder, 'data', 'rebuilt.sqlite')]) {
    await engine.test({ databasePath });
    await using opened = await engine.open({ databasePath });
    assert.deepEqual(
      opened.database.filesets.versions().map(({ isFull }) => isFull),
      [false],
    );
  }
});

test('mendVolumes() deletes a broken list as soon as another one is stored, so that a machine without the database never meets it', async (t) => {
  const engine = await createEngine(t);
  writeFileSync(join(engine.source, 'file'), seededBytes(50_000, 1));
  await engine.backup();
  const lists = () => [...engine.storage.files.keys()].filter((name) => name.includes('.dlist.'));
  for (const name of lists()) engine.storage.files.delete(name);
  await assert.rejects(engine.repair({ faults: faultAt('put', 1, { kind: 'break', afterBytes: 300 }) }));
  const [broken = ''] = lists();
  await engine.repair();
  assert.equal(lists().length, 1);
  assert.notEqual(lists()[0], broken);
});
