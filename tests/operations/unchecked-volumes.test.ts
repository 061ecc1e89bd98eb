/** What is not checked when the user says so: hashes of whole volumes, and manifests. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { VolumeKind } from '../../src/database/index.ts';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { treeRows } from '../support/tree-rows.ts';

async function smallBackup(t: TestContext): Promise<MemoryEngine> {
  const engine = await createEngine(t, { options: ['--no-auto-compact=true'] });
  for (const seed of [1, 2]) writeFileSync(join(engine.source, `file-${seed}`), seededBytes(60_000, seed));
  await engine.backup();
  return engine;
}

/** Lets the database say that other bytes were stored. */
async function forgetHashes(engine: MemoryEngine, kinds: readonly VolumeKind[]): Promise<void> {
  await using opened = await engine.open();
  const { volumes } = opened.database;
  for (const { id, sizeBytes } of kinds.flatMap((kind) => volumes.stored(kind)))
    volumes.setFile(id, { sizeBytes, hash: Buffer.alloc(32) });
}

const UNCHECKED = ['--skip-file-hash-checks=true'];

for (const depth of ['True', 'False'])
  test(`test takes volumes whose hash is wrong with skip-file-hash-checks (full-remote-verification ${depth})`, async (t) => {
    const engine = await smallBackup(t);
    await forgetHashes(engine, ['dlist', 'dindex']);
    const options = [`--full-remote-verification=${depth}`, '--dont-replace-faulty-index-files=true'];
    assert.equal((await engine.test({ options })).faultyVolumes.length, 2);
    assert.equal((await engine.test({ options: [...options, ...UNCHECKED] })).faultyVolumes.length, 0);
  });

test('compact takes dblocks whose hash is wrong with skip-file-hash-checks', async (t) => {
  const engine = await smallBackup(t);
  rmSync(join(engine.source, 'file-1'));
  await engine.backup();
  await engine.delete({ options: ['--version=1'] });
  await forgetHashes(engine, ['dblock']);
  const careful = await engine.compact({ options: ['--threshold=1'] });
  assert.equal(careful.rewrittenVolumes, 0);
  assert.ok(careful.unreadableVolumes.length > 0);
  const result = await engine.compact({ options: ['--threshold=1', ...UNCHECKED] });
  assert.deepEqual(result.unreadableVolumes, []);
  const { target } = await engine.restore(0, 'use');
  assert.deepEqual(treeRows(target), treeRows(engine.source));
});

test('restore and test read no manifests with dont-read-manifests', async (t) => {
  const engine = await smallBackup(t);
  const options = ['--dont-read-manifests=true'];
  const { target } = await engine.restore(0, 'ignore', { options });
  assert.deepEqual(treeRows(target), treeRows(engine.source));
  assert.equal((await engine.test({ options })).hasErrors, false);
});
