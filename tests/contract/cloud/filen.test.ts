import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import {
  FakeFilen,
  FILEN_API_KEY,
  FILEN_CODE,
  FILEN_LOGIN,
  type FilenItem,
} from '../../support/servers/fake-filen.ts';
import { testDestinationContract } from '../destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from '../wrong-login.ts';

async function started(t: TestContext, version: 2 | 3 = 2): Promise<FakeFilen> {
  const fake = await FakeFilen.start(version);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  for (const folder of await foldersOf(version)) fake.items.set(folder.uuid, { ...folder });
  return fake;
}

/** The folders of the destination, sealed; made once, because logins are slow on purpose. */
const FOLDERS = new Map<2 | 3, readonly FilenItem[]>();

async function foldersOf(version: 2 | 3): Promise<readonly FilenItem[]> {
  const known = FOLDERS.get(version);
  if (known !== undefined) return known;
  const fake = await FakeFilen.start(version);
  await using destination = await open(fake);
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  await fake.service.stop();
  const folders = [...fake.items.values()];
  FOLDERS.set(version, folders);
  return folders;
}

function open({ service }: FakeFilen, settings: Readonly<Record<string, string>> = {}): Promise<Destination> {
  const { email, password } = FILEN_LOGIN;
  const login = { 'auth-username': email, 'auth-password': password };
  return openDestination('filen://my+backups/%2B', {
    settings: { ...login, 'api-endpoint': service.url, ...settings },
  });
}

testDestinationContract('Filen', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake),
    removeFolder: async () => fake.items.clear(),
    pieceBytes: 1024 * 1024,
    moreThanAPage: 20,
  };
});

test('Filen: accounts of version 3, whose password is stretched by Argon2id', async (t) => {
  const fake = await started(t, 3);
  await using destination = await open(fake);
  const bytes = seededBytes(2_500_000);
  await destination.put('x', memorySource(bytes));
  assert.ok(hasAbility(destination, 'rename'));
  await destination.rename('x', 'y');
  await using other = await open(fake);
  assert.ok(bytes.equals(await readAll(other, 'y')));
  const hashes = [...fake.items.values()].map(({ nameHashed }) => nameHashed.length);
  assert.deepEqual(hashes, [64, 64, 64]);
});

test('Filen: neither names nor bytes nor the password are ever sent', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await destination.put('a-name-to-hide', memorySource(Buffer.from('bytes to hide')));
  await collect(destination.list());
  await destination.delete('a-name-to-hide');
  for (const { url, body } of fake.service.requests)
    assert.doesNotMatch(
      `${url} ${body.toString('latin1')}`,
      /a-name-to-hide|bytes to hide|my backups|filen-password/,
    );
});

test('Filen: a second factor is asked for, and a key of the account saves it', async (t) => {
  const fake = await started(t);
  fake.wantsCode = true;
  await using without = await open(fake);
  await assert.rejects(collect(without.list()), { code: 'destination-refused', hint: /--two-factor-code/ });
  await using withCode = await open(fake, { 'two-factor-code': FILEN_CODE });
  assert.deepEqual(await collect(withCode.list()), []);
  await using withKey = await open(fake, { 'api-key': FILEN_API_KEY });
  assert.deepEqual(await collect(withKey.list()), []);
  await using withOldKey = await open(fake, { 'api-key': 'an-old-key', 'two-factor-code': FILEN_CODE });
  assert.deepEqual(await collect(withOldKey.list()), []);
});

test('Filen: a wrong password is refused and not shown', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake, { 'auth-password': WRONG_SECRET });
  await assertRefusesLogin(destination, /password/);
});

test('Filen: changed bytes are corrupt, and trouble of the server is told apart', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await destination.put('x', memorySource(seededBytes(100)));
  fake.damages = true;
  await assert.rejects(readAll(destination, 'x'), { code: 'destination-corrupt' });
  for (const [serverCode, code] of [
    ['max_storage_reached', 'destination-full'],
    ['internal_error', 'destination-unreachable'],
  ] as const) {
    const body = { status: false, code: serverCode, message: 'No.' };
    fake.service.disturb(({ url }) => url.pathname === '/v3/upload', { status: 200, body });
    await assert.rejects(destination.put('y', memorySource(seededBytes(100))), { code });
  }
  fake.service.disturb(() => true, { status: 429, headers: { 'retry-after': '7' }, body: {} });
  await assert.rejects(collect(destination.list()), { code: 'destination-throttled' });
});

test('Filen: freeSpace() is what the account has left', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1000, freeBytes: 900 });
});
