import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, openDestination } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { FakeDrime } from '../../support/servers/fake-drime.ts';
import { FILEJUMP_LOGIN, FILEJUMP_TOKEN } from '../../support/servers/fake-filejump.ts';
import { testDestinationContract } from '../destination-contract.ts';

async function started(t: TestContext): Promise<FakeDrime> {
  const fake = await FakeDrime.start();
  fake.add('other', null);
  fake.add('+', fake.add('my backups', null).id);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  return fake;
}

function open(
  { service }: FakeDrime,
  login: Readonly<Record<string, string>> = { 'api-token': FILEJUMP_TOKEN },
): Promise<Destination> {
  const settings = { 'api-url': `${service.url}/api/v1`, 'workspace-id': '7', ...login };
  return openDestination('drimecloud://my+backups/%2B', { settings });
}

testDestinationContract('Drime', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake),
    removeFolder: async () => void fake.entries.splice(0),
    pieceBytes: 16 * 1024 * 1024,
    moreThanAPage: 7,
  };
});

test('Drime: a login by mail address and password', async (t) => {
  const fake = await started(t);
  const { email, password } = FILEJUMP_LOGIN;
  await using destination = await open(fake, { 'auth-username': email, 'auth-password': password });
  assert.deepEqual(await collect(destination.list()), []);
});

test('Drime: an upload in parts that fails is called off, and one that lost bytes is corrupt', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  const source = memorySource(seededBytes(17 * 1024 * 1024));
  fake.service.disturb(({ url }) => url.pathname.endsWith('/2'), { status: 503, body: 'later' });
  await assert.rejects(destination.put('x', source), { code: 'destination-throttled' });
  assert.equal(fake.sessions.size, 0);
  fake.damages = true;
  await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
});

test('Drime: a file that another client stored anew is found under its new id', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await using other = await open(fake);
  await destination.put('x', memorySource(Buffer.from('old')));
  await collect(other.list());
  await other.put('x', memorySource(Buffer.from('new')));
  assert.equal(String(await readAll(destination, 'x')), 'new');
  await destination.put('x', memorySource(Buffer.from('newest')));
  await other.delete('x');
  assert.deepEqual(await collect(destination.list()), []);
});
