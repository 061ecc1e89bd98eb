import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeJottacloud } from '../../support/servers/fake-jottacloud.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

async function startJottacloud(): Promise<FakeJottacloud> {
  const fake = await FakeJottacloud.start();
  fake.addFolder('/Jotta/Archive/my backups/+');
  return fake;
}

async function started(t: TestContext): Promise<FakeJottacloud> {
  const fake = await startJottacloud();
  t.after(() => fake.service.stop());
  return fake;
}

testCloudDrive({
  name: 'Jottacloud',
  start: startJottacloud,
  url: 'jottacloud://my+backups/%2B',
  removeFolder: (fake) => fake.entries.clear(),
  keepsAuthid: true,
  pieceBytes: 1024 * 1024,
  isUpload: ({ url }) => url.search === '?umode=nomultipart',
});

test('Jottacloud: a device of its own has a mount point called Duplicati', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'jottacloud://f', { 'jottacloud-device': 'laptop' });
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  await destination.put('x', memorySource(Buffer.from('x')));
  assert.ok(fake.entries.has('/laptop/Duplicati/f/x'));
});

test('Jottacloud: the built-in device takes backups only in Archive and Sync', async (t) => {
  const fake = await started(t);
  const settings = { 'jottacloud-mountpoint': 'Shared' };
  await assert.rejects(openCloud(fake, 'jottacloud://f', settings), { code: 'destination-refused' });
});

test('Jottacloud: a file of which only a part arrived is corrupt when stored, and not listed', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'jottacloud://my+backups/%2B');
  const body =
    '<file name="x"><latestRevision><state>INCOMPLETE</state></latestRevision><currentRevision><state>COMPLETED</state></currentRevision></file>';
  fake.service.disturb(({ url }) => url.search.startsWith('?umode'), { status: 201, body });
  await assert.rejects(destination.put('x', memorySource(Buffer.from('x'))), { code: 'destination-corrupt' });
  assert.deepEqual(await collect(destination.list()), []);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1000, freeBytes: 700 });
});
