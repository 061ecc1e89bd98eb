import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { systemClock } from '../../base/index.ts';
import { isTemporaryName, temporaryName } from '../support/temporary-name.ts';
import { removeStaleFiles } from './temporary-files.ts';

const HOUR_MS = 60 * 60 * 1000;

test('temporaryName() never gives the same name twice, and isTemporaryName() knows them', () => {
  const names = Array.from({ length: 100 }, () => temporaryName());
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.every(isTemporaryName));
});

test('isTemporaryName() leaves volumes and the files of others alone', () => {
  const others = [
    'duplicati-20240101T000000Z.dlist.zip',
    '.ashlar-upload',
    '.ashlar-upload-x-1-y',
    '.hidden',
  ];
  assert.deepEqual(others.filter(isTemporaryName), []);
});

test('removeStaleFiles() removes what a dead process left, and what is older than a day', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-temporary-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const own = temporaryName();
  const dead = own.replace(`-${process.pid}-`, `-${deadProcess()}-`);
  const elsewhere = dead.replace(/upload-[0-9a-f]{8}/, 'upload-00000000');
  for (const name of [own, dead, elsewhere, 'volume.zip']) writeFileSync(join(folder, name), '');

  await removeStaleFiles(folder, systemClock.now());
  assert.deepEqual(readdirSync(folder).sort(), [elsewhere, own, 'volume.zip'].sort());
  await removeStaleFiles(folder, systemClock.now() + 23 * HOUR_MS);
  assert.deepEqual(readdirSync(folder).sort(), [elsewhere, own, 'volume.zip'].sort());
  await removeStaleFiles(folder, systemClock.now() + 25 * HOUR_MS);
  assert.deepEqual(readdirSync(folder), ['volume.zip']);
});

/** The number of a process that has just ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
