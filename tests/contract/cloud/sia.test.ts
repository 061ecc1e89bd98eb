import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, openDestination } from '../../../src/destinations/index.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeRenterd, SIA_PASSWORD } from '../../support/servers/fake-renterd.ts';
import { testDestinationContract } from '../destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from '../wrong-login.ts';

async function started(t: TestContext): Promise<FakeRenterd> {
  const fake = await FakeRenterd.start();
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  return fake;
}

function open(
  { service }: FakeRenterd,
  settings: Readonly<Record<string, string>> = {},
): Promise<Destination> {
  const { host } = new URL(service.url);
  return openDestination(`sia://${host}/my+backups/%2B`, {
    settings: { 'sia-password': SIA_PASSWORD, 'sia-bucket': 'my-bucket', ...settings },
  });
}

testDestinationContract('Sia', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake),
    removeFolder: async () => {
      fake.objects.clear();
      fake.hasBucket = false;
    },
    pieceBytes: 1024 * 1024,
    moreThanAPage: 8,
  };
});

test('Sia: files lie where the URL or the option says', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await destination.put('x', memorySource(Buffer.from('x')));
  await using other = await open(fake, { 'sia-targetpath': '/other/' });
  await other.put('x', memorySource(Buffer.from('x')));
  const { host } = new URL(fake.service.url);
  const settings = { 'auth-password': SIA_PASSWORD, 'sia-bucket': 'my-bucket' };
  await using plain = await openDestination(`sia://${host}`, { settings });
  await plain.put('x', memorySource(Buffer.from('x')));
  assert.deepEqual([...fake.objects.keys()], ['/my backups/+/x', '/other/x', '/backup/x']);
});

test('Sia: a wrong password is refused and not shown, and a file that lost bytes is corrupt', async (t) => {
  const fake = await started(t);
  await using wrong = await open(fake, { 'sia-password': WRONG_SECRET });
  await assertRefusesLogin(wrong, /password/);
  fake.damages = true;
  await using destination = await open(fake);
  const source = memorySource(Buffer.from('some bytes'));
  await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
});
