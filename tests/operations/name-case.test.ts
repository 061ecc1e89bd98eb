/** A storage that changed upper and lower case in names: with `case-insensitive-remote` everything goes on. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createEngine } from '../support/engine.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { treeRows } from '../support/tree-rows.ts';

const ANY_CASE = ['--case-insensitive-remote=true', '--no-auto-compact=true'];

test('backup, test, delete and restore go on where the storage has changed the case of names', async (t) => {
  const engine = await createEngine(t, { options: ANY_CASE });
  writeFileSync(join(engine.source, 'file'), seededBytes(60_000, 1));
  await engine.backup();
  for (const [name, file] of [...engine.storage.files]) {
    engine.storage.files.delete(name);
    engine.storage.files.set(name.toUpperCase(), file);
  }
  const before = [...engine.storage.files.keys()];
  writeFileSync(join(engine.source, 'file'), seededBytes(60_000, 2));
  await engine.backup();
  assert.equal((await engine.test()).hasErrors, false);
  assert.ok(!engine.log.some(({ id }) => id === 'database-rebuild'));
  await engine.delete({ options: ['--version=1'] });
  assert.deepEqual(before.filter((name) => !engine.storage.files.has(name)).length, 1);
  for (const database of ['use', 'ignore'] as const) {
    const { target } = await engine.restore(0, database);
    assert.deepEqual(treeRows(target), treeRows(engine.source));
  }
  rmSync(engine.databasePath);
  assert.equal((await engine.test()).hasErrors, false);
});

test('two files whose names differ in case only are refused', async (t) => {
  const engine = await createEngine(t, { options: ANY_CASE });
  writeFileSync(join(engine.source, 'file'), 'content');
  await engine.backup();
  for (const [name, file] of [...engine.storage.files]) engine.storage.files.set(name.toUpperCase(), file);
  await assert.rejects(engine.backup(), { code: 'listing-contradictory' });
});
