import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { mountSmallDisk, remountReadOnly } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CANNOT_MOUNT = 'this user may not mount a file system';

test('a full disk is destination-full, keeps earlier files, and leaves no half file', async (t) => {
  const folder = mountSmallDisk(t, 1024 * 1024);
  if (folder === undefined) return t.skip(CANNOT_MOUNT);
  await using destination = await openDestination(folder);
  const first = seededBytes(300_000);
  await destination.put('first', memorySource(first));
  const tooLarge = destination.put('second', memorySource(seededBytes(2_000_000)));
  await assert.rejects(tooLarge, { code: 'destination-full', retryable: false });
  assert.deepEqual(readdirSync(folder), ['first']);
  assert.ok(first.equals(await readAll(destination, 'first')));
  await destination.put('second', memorySource(seededBytes(300_000)));
});

test('a read-only disk is destination-refused and can still be read', async (t) => {
  const folder = mountSmallDisk(t, 1024 * 1024);
  if (folder === undefined) return t.skip(CANNOT_MOUNT);
  await using destination = await openDestination(folder);
  await destination.put('first', memorySource(Buffer.from('x')));
  remountReadOnly(folder);
  const refused = { code: 'destination-refused' };
  await assert.rejects(destination.put('second', memorySource(Buffer.from('y'))), refused);
  await assert.rejects(destination.delete('first'), refused);
  assert.equal(String(await readAll(destination, 'first')), 'x');
});

test('a killed upload shows nothing, and the next upload clears its remains', async (t) => {
  const folder = await temporaryFolder(t);
  const script = fileURLToPath(new URL('upload-and-hang.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;

  await using destination = await openDestination(folder);
  assert.deepEqual(await collect(destination.list()), []);
  assert.equal(readdirSync(folder).length, 1);
  await destination.put('volume.zip', memorySource(Buffer.from('x')));
  await destination[Symbol.asyncDispose]();
  assert.deepEqual(readdirSync(folder), ['volume.zip']);
});
