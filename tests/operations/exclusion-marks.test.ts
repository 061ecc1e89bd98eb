/**
 * Files whose extended attributes ask to be left out: whenever the mark comes and goes, and whatever the run
 * before did about it.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { nativeCalls } from '../../src/base/native/index.ts';
import { type LocalBackup, localBackup } from '../support/local-backup.ts';
import { seededBytes } from '../support/seeded-random.ts';

const MARK = 'user.duplicati.exclude';
const IGNORED = { 'disable-backup-exclusion-xattr': 'true' };

/** A backup of the files `kept` and `marked`, or nothing where attributes cannot be set. */
async function withMarks(t: TestContext): Promise<LocalBackup | undefined> {
  const backup = await localBackup(t);
  for (const [seed, name] of ['kept', 'marked'].entries())
    writeFileSync(join(backup.source, name), seededBytes(3000, seed));
  try {
    mark(backup);
    return backup;
  } catch (error) {
    t.skip(`extended attributes cannot be set here: ${String(error)}`);
    return undefined;
  }
}

function mark({ source }: LocalBackup): void {
  const calls = nativeCalls();
  if (calls === undefined) throw new Error('no native calls');
  calls.setXattr(join(source, 'marked'), MARK, Buffer.from('1'));
}

async function restored(backup: LocalBackup): Promise<string[]> {
  return readdirSync(await backup.restore(0)).sort();
}

test('runBackup() leaves a marked file out of the first version', async (t) => {
  const backup = await withMarks(t);
  if (backup === undefined) return;
  const result = await backup.backUp();
  assert.equal(result.files.added, 1);
  assert.equal(result.files.examined, 1);
  assert.deepEqual(await restored(backup), ['kept']);
});

test('runBackup() notices a mark that comes and goes', async (t) => {
  const backup = await withMarks(t);
  if (backup === undefined) return;
  nativeCalls()?.removeXattr(join(backup.source, 'marked'), MARK);
  await backup.backUp();
  assert.deepEqual(await restored(backup), ['kept', 'marked']);
  mark(backup);
  assert.equal((await backup.backUp()).files.deleted, 1);
  assert.deepEqual(await restored(backup), ['kept']);
  nativeCalls()?.removeXattr(join(backup.source, 'marked'), MARK);
  await backup.backUp();
  assert.deepEqual(await restored(backup), ['kept', 'marked']);
});

test('runBackup() finds marked files that a run without the rule stored, though nothing of them changed', async (t) => {
  const backup = await withMarks(t);
  if (backup === undefined) return;
  await backup.backUp(IGNORED);
  assert.deepEqual(await restored(backup), ['kept', 'marked']);
  assert.equal((await backup.backUp()).files.deleted, 1);
  assert.deepEqual(await restored(backup), ['kept']);
  await using opened = await backup.open('read');
  assert.equal(opened.database.configuration.get('marked-stored'), undefined);
});

test('runBackup() leaves a folder out that holds nothing but a marked file, where empty ones are left out', async (t) => {
  const backup = await withMarks(t);
  if (backup === undefined) return;
  await backup.backUp({ 'exclude-empty-folders': 'true' });
  assert.deepEqual(await restored(backup), ['kept']);
});
