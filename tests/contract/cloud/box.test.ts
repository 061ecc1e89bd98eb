import assert from 'node:assert/strict';
import test from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { FakeBox } from '../../support/servers/fake-box.ts';
import type { FakeRequest } from '../../support/servers/fake-service.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

async function startBox(): Promise<FakeBox> {
  const fake = await FakeBox.start();
  for (const name of ['a', 'b', 'c']) fake.add({ name, parent: '0' });
  const outer = fake.add({ name: 'My Backups', parent: '0' });
  fake.add({ name: 'photos +', parent: outer.id });
  return fake;
}

testCloudDrive({
  name: 'Box',
  start: startBox,
  url: 'box://my+backups/photos+%2B',
  removeFolder: (fake) => fake.items.clear(),
  pieceBytes: 1024 * 1024,
  isUpload: ({ url, method }) => url.pathname.startsWith('/api/2.0/files/') && method === 'POST',
});

test('Box: deleted files go to the trash, or for good', async (t) => {
  for (const [setting, left] of [
    ['false', 1],
    ['true', 0],
  ] as const) {
    const fake = await startBox();
    t.after(() => fake.service.stop());
    const settings = { 'box-delete-from-trash': setting };
    await using destination = await openCloud(fake, 'box://my+backups', settings);
    await destination.put('x', memorySource(Buffer.from('x')));
    await destination.delete('x');
    assert.equal(fake.trash.size, left);
    assert.ok(hasAbility(destination, 'freeSpace'));
    assert.deepEqual(await destination.freeSpace(), { totalBytes: 1000, freeBytes: 600 });
  }
});

test('Box: large files are sent in parts, of which a lost one is sent again', async (t) => {
  const fake = await startBox();
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  await using destination = await openCloud(fake, 'box://my+backups');
  for (const [size, when] of [
    [50_000_001, 'before'],
    [51_000_000, 'after'],
  ] as const) {
    const bytes = seededBytes(size, size);
    const isLaterPart = ({ headers }: FakeRequest): boolean =>
      /^bytes [1-9]/.test(headers['content-range'] ?? '');
    fake.service.disturb(isLaterPart, { status: 502, body: 'gateway' }, when);
    await destination.put('x', memorySource(bytes));
    assert.ok(bytes.equals(await readAll(destination, 'x')));
  }
  const short = { sizeBytes: 60_000_000, open: async function* () {} };
  await assert.rejects(destination.put('y', short), { code: 'destination-corrupt' });
  assert.ok(
    fake.service.requests.some(
      ({ method, url }) => method === 'DELETE' && /upload_sessions/.test(url.pathname),
    ),
  );
});
