import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { hasAbility } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeGraph } from '../../support/servers/fake-graph.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

const PART_BYTES = 16 * 320 * 1024;
/** Decoded twice: `my backups/+ø`. */
const FOLDER_PATH = 'my%2520backups/%252B%C3%B8';

testCloudDrive({
  name: 'OneDrive',
  start: startGraph,
  url: `onedrivev2://${FOLDER_PATH}`,
  settings: { 'fragment-size': '5300000b', 'fragment-retry-delay': '1' },
  removeFolder: (fake) => fake.items.clear(),
  pieceBytes: PART_BYTES,
  isUpload: ({ method, url }) => method === 'PUT' && !url.pathname.startsWith('/login'),
  isLaterPart: ({ headers }) => /^bytes [1-9]/.test(headers['content-range'] ?? ''),
});

async function startGraph(): Promise<FakeGraph> {
  const fake = await FakeGraph.start();
  fake.add('/my backups/+ø');
  return fake;
}

async function started(t: TestContext): Promise<FakeGraph> {
  const fake = await startGraph();
  t.after(() => fake.service.stop());
  return fake;
}

for (const [url, drive, path] of [
  [`onedrivev2://${FOLDER_PATH}?drive-id=drive-1`, 'drives/drive-1', '/my backups/+ø/x'],
  [`sharepoint://${FOLDER_PATH}?site-id=site-1`, 'sites/site-1/drive', '/my backups/+ø/x'],
  ['sharepoint://tenant.sharepoint.com/sites/team//Shared%2520Documents/f', 'sites/site-1/drive', '/f/x'],
  ['sharepoint://tenant.sharepoint.com/sites/team/Shared%20Documents/f', 'sites/site-1/drive', '/f/x'],
  ['sharepoint://tenant.sharepoint.com/sites/team/f', 'sites/site-1/drive', '/f/x'],
  ['msgroup://f?group-id=group-1', 'groups/group-1/drive', '/f/x'],
  ['msgroup://f?group-email=group@example.org', 'groups/group-1/drive', '/f/x'],
] as const) {
  test(`Graph: ${url} is ${path} on ${drive}`, async (t) => {
    const fake = await started(t);
    await using destination = await openCloud(fake, url);
    assert.ok(hasAbility(destination, 'createFolder'));
    await destination.createFolder();
    await destination.put('x', memorySource(Buffer.from('x')));
    assert.deepEqual([...fake.drives], [drive]);
    assert.ok(fake.items.has(path));
  });
}

test('Graph: a group or site that is not known is refused with the option to check', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'msgroup://f?group-email=other@example.org');
  await assert.rejects(collect(destination.list()), { code: 'destination-refused', hint: /--group-id/ });
  for (const [url, message] of [
    ['msgroup://f', /--group-email/],
    ['sharepoint://f', /--site-id/],
  ] as const)
    await assert.rejects(openCloud(fake, url), { code: 'destination-incomplete', message });
  await using other = await openCloud(fake, 'sharepoint://tenant.sharepoint.com/sites/other//f');
  await assert.rejects(collect(other.list()), { code: 'destination-refused', hint: /--site-id/ });
});

test('Graph: freeSpace(), and an upload that failed leaves no session', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, `onedrivev2://${FOLDER_PATH}`);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1_000_000_000, freeBytes: 250_000_000 });
  const source = { sizeBytes: 12_000_000, open: async function* () {} };
  await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
  assert.ok(fake.service.requests.some(({ method, url }) => method === 'DELETE' && url.search !== ''));
});
