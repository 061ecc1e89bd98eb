import assert from 'node:assert/strict';
import test from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeBox } from '../../support/servers/fake-box.ts';
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
