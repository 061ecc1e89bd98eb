import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../../src/destinations/index.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { FakeMovistar, MOVISTAR_LOGIN } from '../../support/servers/fake-movistar.ts';
import { testDestinationContract } from '../destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from '../wrong-login.ts';

async function started(t: TestContext): Promise<FakeMovistar> {
  const fake = await FakeMovistar.start();
  fake.add('other', 1);
  fake.add('+', fake.add('my backups', 1).id);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  return fake;
}

function open(
  { service }: FakeMovistar,
  settings: Readonly<Record<string, string>> = {},
): Promise<Destination> {
  const usual = { 'api-endpoint': service.url, 'list-limit': '3', 'validation-poll-interval': '0s' };
  return openDestination('movistarcloud://my+backups/%2B', {
    settings: { ...MOVISTAR_LOGIN, ...usual, ...settings },
  });
}

testDestinationContract('Movistar', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake),
    removeFolder: async () => void fake.items.splice(0),
    pieceBytes: 1024 * 1024,
    moreThanAPage: 8,
  };
});

test('Movistar: a session that ends in between is begun anew', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await destination.put('x', memorySource(Buffer.from('bytes')));
  fake.expire();
  assert.equal(String(await readAll(destination, 'x')), 'bytes');
  assert.ok(!hasAbility(destination, 'rename'));
});

test('Movistar: an upload that is never accepted is an error, unless nobody asks', async (t) => {
  const fake = await started(t);
  fake.delay = 1_000_000;
  await using destination = await open(fake, { 'validation-timeout': '0s' });
  await assert.rejects(destination.put('x', memorySource(Buffer.from('x'))), {
    code: 'destination-unreachable',
    hint: /--validation-timeout/,
  });
  await using careless = await open(fake, { 'ignore-validation-result': 'true' });
  await careless.put('y', memorySource(Buffer.from('y')));
  fake.damages = true;
  await assert.rejects(careless.put('z', memorySource(Buffer.from('some bytes'))), {
    code: 'destination-corrupt',
  });
});

test('Movistar: a wrong password is refused and not shown, and what is missing is asked for', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake, { password: WRONG_SECRET });
  await assertRefusesLogin(destination);
  await assert.rejects(openDestination('movistarcloud://x?email=a&password=b'), {
    code: 'destination-incomplete',
    message: /--deviceid/,
  });
});
