import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakePcloud, PCLOUD_TOKEN } from '../../support/servers/fake-pcloud.ts';
import { testDestinationContract } from '../destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from '../wrong-login.ts';

async function started(t: TestContext): Promise<FakePcloud> {
  const fake = await FakePcloud.start();
  fake.entries.set('/my+backups', undefined).set('/my+backups/photos', undefined);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  return fake;
}

function open({ service }: FakePcloud, token = PCLOUD_TOKEN): Promise<Destination> {
  const settings = { authid: token, 'api-endpoint': service.url };
  return openDestination('pcloud://eapi.pcloud.com/my+backups/photos', { settings });
}

testDestinationContract('pCloud', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake),
    removeFolder: async () => fake.entries.clear(),
    pieceBytes: 1024 * 1024,
    moreThanAPage: 7,
  };
});

test('pCloud: a wrong token is refused and not shown', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake, WRONG_SECRET);
  await assertRefusesLogin(destination, /--authid/);
});

test('pCloud: damage on the way, limits and servers in trouble are told apart', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  for (const [body, code] of [
    [{ result: 4000, error: 'Too many' }, 'destination-throttled'],
    [{ result: 2008, error: 'Over quota' }, 'destination-full'],
    [{ result: 5000, error: 'Internal' }, 'destination-unreachable'],
    ['<html>', 'destination-unreachable'],
  ] as const) {
    fake.service.disturb(() => true, { status: 200, body });
    await assert.rejects(collect(destination.list()), { code });
  }
  fake.damages = true;
  const source = memorySource(Buffer.from('some bytes'));
  await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
});

test('pCloud: freeSpace(), and no other servers', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1000, freeBytes: 900 });
  await assert.rejects(openDestination('pcloud://evil.example/x', { settings: { authid: 'x' } }), {
    code: 'destination-url-invalid',
  });
});
