import assert from 'node:assert/strict';
import test from 'node:test';
import { openDestination } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { FakeTahoe, TAHOE_CAP } from '../../support/servers/fake-tahoe.ts';
import { testDestinationContract } from '../destination-contract.ts';

testDestinationContract('Tahoe-LAFS', async (t) => {
  const fake = await FakeTahoe.start();
  fake.entries.set('/my+backups', undefined);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  const { host } = new URL(fake.service.url);
  return {
    open: () => openDestination(`tahoe://${host}/uri/${encodeURIComponent(TAHOE_CAP)}/my+backups`),
    removeFolder: async () => {
      fake.entries.clear();
      fake.entries.set('', undefined);
    },
    pieceBytes: 1024 * 1024,
    moreThanAPage: 7,
  };
});

test('Tahoe-LAFS: a folder that the grid has lost is missing, and one that is only read is refused', async (t) => {
  const fake = await FakeTahoe.start();
  t.after(() => fake.service.stop());
  const { host } = new URL(fake.service.url);
  await using destination = await openDestination(`tahoe://${host}/uri/URI:DIR2:other:cap`);
  await assert.rejects(collect(destination.list()), (error: Error & { code: string }) => {
    assert.equal(error.code, 'destination-folder-missing');
    return !error.message.includes('other:cap');
  });
  await assert.rejects(openDestination(`tahoe://${host}/uri/URI:DIR2-RO:a:b`), {
    code: 'destination-url-invalid',
  });
});
