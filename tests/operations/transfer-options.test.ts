import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { silentLog } from '../../src/base/index.ts';
import { hasAbility } from '../../src/destinations/index.ts';
import { connect, readTarget } from '../../src/operations/index.ts';
import { resolveProgramOptions } from '../../src/options/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { MemoryDestination } from '../support/memory-destination.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function target(url: string, options: Readonly<Record<string, string>>) {
  const settings = resolveProgramOptions({ commandLine: new Map(Object.entries(options)) });
  return readTarget(url, settings, { dataFolder: '/x', temporaryFolder: '/x' });
}

test('readTarget() holds a destination to the limits, in bytes per second', () => {
  const limits = target('ssh://h/x', { 'throttle-upload': '10', 'throttle-download': '1mb' }).limits;
  assert.deepEqual(
    [limits?.upload.bytesPerSecond, limits?.download.bytesPerSecond],
    [10 * 1024, 1024 * 1024],
  );
});

test('readTarget() sets no limits where none were given or they do not apply', () => {
  assert.equal(target('/x', {}).limits, undefined);
  const upload = { 'throttle-upload': '10' };
  assert.equal(target('/x', { ...upload, 'throttle-disabled': 'true' }).limits, undefined);
  assert.equal(target('/x', { ...upload, 'throttle-disabled-backends': 'ssh,FILE' }).limits, undefined);
  assert.ok(target('/x', { ...upload, 'throttle-disabled-backends': 'ssh' }).limits !== undefined);
});

test('connect() offers no way around the limits', async () => {
  await using free = await connect(target('/x', {}), silentLog);
  assert.ok(hasAbility(free, 'localPath'));
  await using limited = await connect(target('/x', { 'throttle-upload': '10' }), silentLog);
  assert.equal(hasAbility(limited, 'localPath'), false);
});

async function storeThrough(t: TestContext, destination: MemoryDestination, verifiesUploads: boolean) {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, 'content');
  const remote = new Remote(
    destination,
    { retry: { retries: 0, delayMs: 0, growth: 'constant' }, folder: 'must-exist', verifiesUploads },
    { log: silentLog, signal: new AbortController().signal, statistics: emptyStatistics() },
  );
  await remote.put('a', { path, sizeBytes: 7 });
}

test('Remote.put() with verified uploads notices a storage that loses or shortens what it took', async (t) => {
  await storeThrough(t, new MemoryDestination(), true);
  const losing = new MemoryDestination();
  losing.put = async () => {};
  await storeThrough(t, losing, false);
  await assert.rejects(storeThrough(t, losing, true), {
    code: 'destination-corrupt',
    message: /does not show it/,
  });
  const shortening = new MemoryDestination();
  shortening.put = async (name) =>
    void shortening.storage.files.set(name, { bytes: Buffer.from('cont'), modifiedAtMs: 0 });
  await assert.rejects(storeThrough(t, shortening, true), { message: /shows 4 bytes of it/ });
});
