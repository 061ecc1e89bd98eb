import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Storage } from 'megajs';
import { type Destination, hasAbility, openDestination } from '../../../src/destinations/index.ts';
import { oneTimeCode } from '../../../src/destinations/mega/one-time-code.ts';
import { collect } from '../../support/collect.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { FakeMega, MEGA_LOGIN, type MegaNode } from '../../support/servers/fake-mega.ts';
import { testDestinationContract } from '../destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from '../wrong-login.ts';

async function started(t: TestContext, version: 1 | 2 = 2): Promise<FakeMega> {
  const fake = await FakeMega.start(version);
  t.after(async () => {
    await fake.service.stop();
    assert.deepEqual(fake.service.violations, []);
  });
  folders ??= await makeFolders();
  for (const node of folders) fake.nodes.set(node.h, { ...node });
  return fake;
}

/** The folders of the destination, sealed; made once, because logins are slow on purpose. */
let folders: readonly MegaNode[] | undefined;

async function makeFolders(): Promise<readonly MegaNode[]> {
  const fake = await FakeMega.start();
  await using destination = await open(fake);
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  await fake.service.stop();
  return [...fake.nodes.values()];
}

function open({ service }: FakeMega, settings: Readonly<Record<string, string>> = {}): Promise<Destination> {
  const { email, password } = MEGA_LOGIN;
  const login = { 'auth-username': email, 'auth-password': password };
  return openDestination('mega://my+backups/%2B', {
    settings: { ...login, 'api-endpoint': service.url, ...settings },
  });
}

testDestinationContract('Mega', async (t) => {
  const fake = await started(t);
  return {
    open: () => open(fake),
    removeFolder: async () => fake.nodes.clear(),
    pieceBytes: 36 * 128 * 1024,
    moreThanAPage: 20,
  };
});

test('Mega: accounts of version 1, and a session that ends in between', async (t) => {
  const fake = await started(t, 1);
  await using destination = await open(fake);
  await destination.put('x', memorySource(Buffer.from('bytes')));
  fake.expire();
  assert.equal(String(await readAll(destination, 'x')), 'bytes');
});

test('Mega: neither names nor bytes nor the password are ever sent', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await destination.put('a-name-to-hide', memorySource(Buffer.from('bytes to hide')));
  await destination.delete('a-name-to-hide');
  for (const { url, body } of fake.service.requests)
    assert.doesNotMatch(`${url} ${body.toString('latin1')}`, /a-name-to-hide|bytes to hide|my backups|short/);
});

test('Mega: work that is asked for is done', async (t) => {
  const fake = await started(t);
  fake.wantsWork = true;
  await using destination = await open(fake);
  assert.deepEqual(await collect(destination.list()), []);
});

test('Mega: the code of a second factor is calculated from its secret', async (t) => {
  const fake = await started(t);
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  fake.code = 'none yet';
  await using without = await open(fake);
  await assert.rejects(collect(without.list()), {
    code: 'destination-refused',
    hint: /--auth-two-factor-key/,
  });
  // Over the border between two codes, the second try meets the other one.
  for (let tries = 0; tries < 2; tries += 1) {
    fake.code = oneTimeCode(secret, Date.now());
    await using destination = await open(fake, { 'auth-two-factor-key': secret });
    const outcome = await collect(destination.list()).catch((error: unknown) => error);
    if (tries === 0 && outcome instanceof Error) continue;
    assert.deepEqual(outcome, []);
    return;
  }
});

test('Mega: a wrong password is refused and not shown', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake, { 'auth-password': WRONG_SECRET });
  await assertRefusesLogin(destination, /password/);
});

test('Mega: changed bytes are corrupt, and trouble of the server is told apart', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await destination.put('x', memorySource(seededBytes(1000)));
  fake.damages = true;
  await assert.rejects(readAll(destination, 'x'), { code: 'destination-corrupt' });
  fake.damages = false;
  for (const [answer, code] of [
    [-17, 'destination-full'],
    [-3, 'destination-throttled'],
    [-1, 'destination-unreachable'],
    [-11, 'destination-refused'],
  ] as const) {
    fake.service.disturb(() => true, { status: 200, body: `[${answer}]` });
    await assert.rejects(destination.put('y', memorySource(Buffer.from('y'))), { code });
  }
  const limited = { status: 509, headers: { 'x-mega-time-left': '7' } };
  fake.service.disturb(({ url }) => url.pathname.startsWith('/down/'), limited);
  await assert.rejects(readAll(destination, 'x'), {
    code: 'destination-throttled',
    details: { status: 509, retryAfterMs: 7000 },
  });
});

test('Mega: of several files of one name the newest counts, and the others go when it is stored anew', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  await using other = await open(fake);
  await collect(other.list());
  await destination.put('x', memorySource(Buffer.from('old')));
  await other.put('x', memorySource(Buffer.from('newer')));
  assert.equal(fake.nodes.size, 4);
  await collect(destination.list());
  await destination.put('x', memorySource(Buffer.from('newest')));
  assert.equal(fake.nodes.size, 3);
});

test('Mega: freeSpace() is what the account has left', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  assert.ok(hasAbility(destination, 'freeSpace'));
  assert.deepEqual(await destination.freeSpace(), { totalBytes: 1000, freeBytes: 900 });
});

test('the fake Mega is taken for the real one by megajs, which reads our files as we read its', async (t) => {
  const fake = await started(t);
  await using destination = await open(fake);
  const [ours, its] = [seededBytes(700_001, 1), seededBytes(900_007, 2)];
  await destination.put('ours', memorySource(ours));
  const storage = new Storage({ ...MEGA_LOGIN, gateway: `${fake.service.url}/`, keepalive: false });
  await storage.ready;
  const folder = storage.root.children?.[0]?.children?.[0];
  assert.equal(folder?.name, '+');
  const [found] = folder.children ?? [];
  assert.equal(found?.name, 'ours');
  assert.ok(ours.equals(await found.downloadBuffer({})));
  // It encrypts in place.
  await folder.upload({ name: 'its', size: its.length }, Buffer.from(its)).complete;
  await storage.close();
  assert.ok(its.equals(await readAll(destination, 'its')));
});
