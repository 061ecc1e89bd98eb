import assert from 'node:assert/strict';
import test from 'node:test';
import { hasAbility } from './abilities.ts';
import { describeDestinations, openDestination } from './registry.ts';

test('openDestination() refuses a scheme that it does not know, and names those that it does', async () => {
  await assert.rejects(openDestination('gopher://host/x'), {
    code: 'destination-unknown-scheme',
    hint: /file:\/\//,
  });
});

test('openDestination() tells the scheme of what people call otherwise', async () => {
  for (const [url, hint] of [
    ['sftp://host/x', 'Write ssh:// instead.'],
    ['backblaze://x', 'Write b2:// or s3:// instead.'],
    ['wasabi://x', 'Write it so: s3s://bucket/folder?s3-server-name=s3.wasabisys.com'],
  ] as const)
    await assert.rejects(openDestination(url), { code: 'destination-unknown-scheme', hint });
});

test('openDestination() lets an option of the URL win over the same option for all', async () => {
  const settings = { 'alternate-destination-marker': 'for-all' };
  await using destination = await openDestination('file:///x?alternate-destination-marker=of-url', {
    settings,
  });
  await assert.rejects(destination.delete('y'), { message: /'of-url'/ });
});

test('describeDestinations() tells the abilities that a destination really has', async () => {
  const [folder] = describeDestinations();
  assert.equal(folder?.scheme, 'file');
  await using destination = await openDestination('/x');
  for (const ability of folder.abilities) assert.ok(hasAbility(destination, ability), ability);
});

test('openDestination() refuses a value that an option does not take', async () => {
  await assert.rejects(openDestination('/x', { settings: { 'use-move-for-put': 'perhaps' } }), {
    code: 'option-invalid',
  });
});
