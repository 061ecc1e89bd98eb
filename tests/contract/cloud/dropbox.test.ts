import assert from 'node:assert/strict';
import test from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeDropbox } from '../../support/servers/fake-dropbox.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

const MEGABYTE = 1024 * 1024;
/** Decoded twice: `my backups/+ø`. */
const FOLDER_URL = 'dropbox://my%2520backups/%252B%C3%B8';

testCloudDrive({
  name: 'Dropbox',
  start: async () => {
    const fake = await FakeDropbox.start();
    fake.add('/my backups/+ø');
    return fake;
  },
  url: FOLDER_URL,
  removeFolder: (fake) => fake.entries.clear(),
  pieceBytes: 10 * MEGABYTE,
  isUpload: ({ url }) => url.pathname.includes('/files/upload'),
  isLaterPart: ({ url, body }) => url.pathname.endsWith('/append_v2') && body.length > 0,
});

test('Dropbox: names differ not only by case, and the space that is left is known', async (t) => {
  const fake = await FakeDropbox.start();
  t.after(() => fake.service.stop());
  fake.add('/My Backups/+Ø');
  await using destination = await openCloud(fake, FOLDER_URL);
  await destination.put('Name', memorySource(Buffer.from('first')));
  await destination.put('name', memorySource(Buffer.from('second')));
  assert.equal((await collect(destination.list())).length, 1);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1000, freeBytes: 700 });
});

test('Dropbox: an authid without a colon is a token itself', async (t) => {
  const fake = await FakeDropbox.start();
  t.after(() => fake.service.stop());
  await using destination = await openCloud(fake, 'dropbox://x', { authid: 'plain-token' });
  await assert.rejects(collect(destination.list()), { code: 'destination-refused' });
  const sent = fake.service.requests.map(({ headers }) => headers.authorization);
  assert.deepEqual(sent, ['Bearer plain-token', 'Bearer plain-token']);
});
