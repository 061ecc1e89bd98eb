import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeGcs } from '../../support/servers/fake-gcs.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

const MEGABYTE = 1024 * 1024;

async function startGcs(): Promise<FakeGcs> {
  const fake = await FakeGcs.start();
  fake.buckets.set('bucket', new Map());
  return fake;
}

testCloudDrive({
  name: 'Google Cloud Storage',
  start: startGcs,
  url: 'gcs://bucket/some+folder/%2B',
  settings: { 'gcs-project': 'project-1' },
  removeFolder: (fake) => void fake.buckets.delete('bucket'),
  pieceBytes: 10 * MEGABYTE,
  isUpload: ({ url }) => url.pathname.startsWith('/session/'),
  isLaterPart: ({ headers }) => /^bytes [1-9]/.test(headers['content-range'] ?? ''),
});

async function started(t: TestContext): Promise<FakeGcs> {
  const fake = await startGcs();
  t.after(() => fake.service.stop());
  return fake;
}

test('Google Cloud Storage: the path is a prefix in which a plus is a space', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'gcs://bucket/some+folder/%2B');
  await destination.put('x', memorySource(Buffer.from('x')));
  assert.deepEqual([...(fake.buckets.get('bucket')?.keys() ?? [])], ['some folder/+/x']);
});

test('Google Cloud Storage: lock() and lockedUntil()', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'gcs://bucket');
  assert.ok(hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil'));
  await destination.put('x', memorySource(Buffer.from('x')));
  assert.equal(await destination.lockedUntil('x'), undefined);
  const untilMs = Math.ceil(Date.now() / 1000) * 1000 + 60_000;
  await destination.lock('x', untilMs);
  assert.equal(await destination.lockedUntil('x'), untilMs);
  await assert.rejects(destination.delete('x'), { code: 'destination-refused' });
  await assert.rejects(destination.lockedUntil('y'), { code: 'destination-file-missing' });
});

test('Google Cloud Storage: a bucket is not created without the project that pays for it', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'gcs://other');
  assert.ok(hasAbility(destination, 'createFolder'));
  await assert.rejects(destination.createFolder(), {
    code: 'destination-incomplete',
    message: /gcs-project/,
  });
});
