import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { after } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { startFakeB2 } from '../support/servers/fake-b2.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testDestinationContract } from './destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from './wrong-login.ts';

const b2 = await startFakeB2();
after(() => b2.stop());
let count = 0;

function urlOf(bucket: string, key = b2.key): string {
  return `b2://${bucket}?b2-accountid=${b2.keyId}&b2-applicationkey=${key}&b2-endpoint=${b2.endpoint}&b2-page-size=7`;
}

async function openNewBucket(): Promise<{ readonly bucket: string; readonly destination: Destination }> {
  const bucket = `bucket-${++count}`;
  const destination = await openDestination(urlOf(bucket));
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  return { bucket, destination };
}

testDestinationContract('B2', async () => {
  const { bucket, destination } = await openNewBucket();
  await destination[Symbol.asyncDispose]();
  return {
    open: () => openDestination(urlOf(`${bucket}/some/folder`)),
    removeFolder: async () => b2.removeBucket(bucket),
    moreThanAPage: 60,
  };
});

test('B2 logs in again and finds another place for uploads when the old ones are used up', async () => {
  const { destination } = await openNewBucket();
  await using _destination = destination;
  await destination.put('a', memorySource(Buffer.from('x')));
  b2.expire();
  assert.equal((await collect(destination.list())).length, 1);
  b2.expire();
  const put = destination.put('b', memorySource(Buffer.from('y')));
  await assert.rejects(put, { code: 'destination-throttled', retryable: true });
  await destination.put('b', memorySource(Buffer.from('y')));
  assert.equal(String(await readAll(destination, 'b')), 'y');
});

test('B2 keeps one version of a file that is replaced, and none of one that is deleted', async () => {
  const { bucket, destination } = await openNewBucket();
  await using _destination = destination;
  for (const text of ['one', 'two', 'three']) await destination.put('a', memorySource(Buffer.from(text)));
  assert.equal(b2.countVersions(bucket), 1);
  assert.equal(String(await readAll(destination, 'a')), 'three');
  await destination.delete('a');
  assert.equal(b2.countVersions(bucket), 0);
});

test('B2 locks a file, tells until when, and the storage refuses to delete it', async () => {
  const { destination } = await openNewBucket();
  await using _destination = destination;
  assert.ok(hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil'));
  await destination.put('a', memorySource(Buffer.from('x')));
  assert.equal(await destination.lockedUntil('a'), undefined);
  const untilMs = Date.now() + 60_000;
  await destination.lock('a', untilMs);
  assert.equal(await destination.lockedUntil('a'), untilMs);
  await assert.rejects(destination.delete('a'), { code: 'destination-refused' });
});

test('B2 refuses a wrong key with a hint, and does not show it', async () => {
  await using destination = await openDestination(urlOf('bucket-1', WRONG_SECRET));
  await assertRefusesLogin(destination, /key/);
});

test('the fake B2 is taken for the real one by rclone', async (t) => {
  if (!hasProgram('rclone')) return t.skip('rclone is not installed');
  const { bucket, destination } = await openNewBucket();
  await using _destination = destination;
  const home = await temporaryFolder(t);
  await writeFile(join(home, 'local'), 'by rclone');
  const rclone = async (...argv: string[]): Promise<string> => {
    const login = [
      '--b2-endpoint',
      b2.endpoint,
      '--b2-account',
      b2.keyId,
      '--b2-key',
      b2.key,
      '--b2-hard-delete',
    ];
    const child = spawn('rclone', [...argv, ...login, '--retries', '1', '--low-level-retries', '1'], {
      env: { PATH: process.env['PATH'], HOME: home, RCLONE_CONFIG: join(home, 'none.conf') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pieces = collect(child.stdout);
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    return Buffer.concat(await pieces).toString();
  };
  await rclone('copyto', join(home, 'local'), `:b2:${bucket}/from rclone+%`);
  assert.equal(String(await readAll(destination, 'from rclone+%')), 'by rclone');
  await destination.put('from us', memorySource(Buffer.from('by us')));
  assert.equal(await rclone('cat', `:b2:${bucket}/from us`), 'by us');
  assert.match(await rclone('lsf', `:b2:${bucket}`), /from rclone\+%\nfrom us\n/);
  await rclone('deletefile', `:b2:${bucket}/from us`);
  assert.deepEqual(
    (await collect(destination.list())).map(({ name }) => name),
    ['from rclone+%'],
  );
});
