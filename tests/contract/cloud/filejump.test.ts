import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, openDestination } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeFilejump, FILEJUMP_LOGIN, FILEJUMP_TOKEN } from '../../support/servers/fake-filejump.ts';
import { testDestinationContract } from '../destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from '../wrong-login.ts';

async function started(t: TestContext): Promise<FakeFilejump> {
  const fake = await FakeFilejump.start();
  fake.add('other', null);
  const outer = fake.add('my backups', null);
  fake.add('+', outer.id);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  return fake;
}

function open({ service }: FakeFilejump, login: Readonly<Record<string, string>>): Promise<Destination> {
  const settings = { 'api-url': `${service.url}/api/v1`, ...login };
  return openDestination('filejump://my+backups/%2B', { settings });
}

testDestinationContract('Filejump', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake, { 'api-token': FILEJUMP_TOKEN }),
    removeFolder: async () => void fake.entries.splice(0),
    pieceBytes: 1024 * 1024,
    moreThanAPage: 7,
  };
});

test('Filejump: a login by mail address and password, which is not shown when it is wrong', async (t) => {
  const fake = await started(t);
  const { email, password } = FILEJUMP_LOGIN;
  await using destination = await open(fake, { 'auth-username': email, 'auth-password': password });
  assert.deepEqual(await collect(destination.list()), []);
  await using wrong = await open(fake, { 'auth-username': email, 'auth-password': WRONG_SECRET });
  await assertRefusesLogin(wrong);
});

test('Filejump: of several files of one name the newest counts, and a file that lost bytes is corrupt', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake, { 'api-token': FILEJUMP_TOKEN });
  for (const text of ['old', 'newest']) fake.add('x', 3, Buffer.from(text));
  const [listed] = await collect(destination.list());
  assert.equal(listed?.sizeBytes, 'newest'.length);
  await destination.put('x', memorySource(Buffer.from('stored anew')));
  assert.equal(fake.entries.filter(({ name, isDeleted }) => name === 'x' && isDeleted !== true).length, 1);
  fake.damages = true;
  const source = memorySource(Buffer.from('some bytes'));
  await assert.rejects(destination.put('y', source), { code: 'destination-corrupt' });
});
