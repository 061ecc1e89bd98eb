import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { FakeGoogleDrive } from '../../support/servers/fake-google-drive.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

const URL_OF_FOLDER = "googledrive://Sam's backups/photos+%2B";
const MEGABYTE = 1024 * 1024;

async function startDrive(): Promise<FakeGoogleDrive> {
  const fake = await FakeGoogleDrive.start();
  const outer = fake.add({ name: "Sam's backups", parent: 'root' });
  fake.add({ name: 'photos +', parent: outer.id });
  return fake;
}

testCloudDrive({
  name: 'Google Drive',
  start: startDrive,
  url: URL_OF_FOLDER,
  removeFolder: (fake) => fake.files.clear(),
  pieceBytes: 10 * MEGABYTE,
  isUpload: ({ url }) => url.pathname.startsWith('/session/'),
  isLaterPart: ({ headers }) => /^bytes [1-9]/.test(headers['content-range'] ?? ''),
});

async function started(t: TestContext): Promise<FakeGoogleDrive> {
  const fake = await startDrive();
  t.after(() => fake.service.stop());
  return fake;
}

test('Google Drive: of several files of one name the newest counts, and put() and delete() leave no other', async (t) => {
  const fake = await started(t);
  const parent = 'id-2';
  for (const text of ['oldest', 'older', 'newest']) fake.add({ name: 'x', parent, bytes: Buffer.from(text) });
  fake.add({ name: 'X', parent, bytes: Buffer.from('another name') });
  await using destination = await openCloud(fake, URL_OF_FOLDER);
  assert.equal(String(await readAll(destination, 'x')), 'newest');
  assert.equal((await collect(destination.list())).length, 2);
  await destination.put('x', memorySource(Buffer.from('stored anew')));
  assert.equal([...fake.files.values()].filter(({ name }) => name === 'x').length, 1);
  await destination.delete('x');
  assert.deepEqual(
    (await collect(destination.list())).map(({ name }) => name),
    ['X'],
  );
});

test('Google Drive: two folders of one name are refused', async (t) => {
  const fake = await started(t);
  fake.add({ name: "Sam's backups", parent: 'root' });
  await using destination = await openCloud(fake, URL_OF_FOLDER);
  await assert.rejects(collect(destination.list()), { code: 'destination-refused', message: /2 folders/ });
});

test('Google Drive: "rate limit exceeded" is to be tried later although it comes as 403', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, URL_OF_FOLDER);
  const error = { message: 'Rate Limit Exceeded', errors: [{ reason: 'userRateLimitExceeded' }] };
  fake.service.disturb(({ url }) => url.pathname === '/drive/v3/files', { status: 403, body: { error } });
  await assert.rejects(collect(destination.list()), { code: 'destination-throttled' });
});

test('Google Drive: freeSpace() tells of the drive of the user, not of a shared one', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, URL_OF_FOLDER);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1_000_000, freeBytes: 600_000 });
  await using shared = await openCloud(fake, URL_OF_FOLDER, { 'googledrive-teamdrive-id': 'another' });
  assert.ok(hasAbility(shared, 'freeSpace'));
  assert.deepEqual(await shared.freeSpace(), { totalBytes: 0, freeBytes: 0 });
});
