import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { makeCertificate } from '../support/servers/certificate.ts';
import type { Place, PlaceKind, PlaceOptions } from '../support/servers/places/index.ts';
import type { Door } from '../support/servers/places/place.ts';
import { startSecureDoor } from '../support/servers/secure-door.ts';
import { freePort } from '../support/servers/server-process.ts';
import { type SocksServer, startSocksProxy } from '../support/servers/socks-proxy.ts';

const LOGIN = { user: 'proxy user', password: 'proxy:secret@1' };
const WRITTEN_LOGIN = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.password)}`;
/** What no message may hold. */
const SECRET = /secret/;
/** Only proxies know a host of that name. */
const UNKNOWN_HOST = 'storage.invalid';
const SIZE_BYTES = 300_000;

/** Registers that these kinds reach their servers through proxies that speak SOCKS. */
export function testSocksWays(kinds: readonly PlaceKind[]): void {
  for (const kind of kinds) {
    test(`${kind.kind} goes through a SOCKS proxy, which alone knows the host`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, proxy } = await start(t, kind);
      for (const scheme of ['socks5h', 'socks4a']) {
        const address = scheme === 'socks5h' ? `${WRITTEN_LOGIN}@` : '';
        const all = { 'all-proxy': `${scheme}://${address}127.0.0.1:${proxy.port}` };
        await using destination = await openBehind(place, { host: UNKNOWN_HOST, port: place.port }, all);
        await checkVerbs(destination, proxy);
      }
      assert.ok(
        proxy.asked.every(({ host, as }) => host === UNKNOWN_HOST && as === 'name'),
        JSON.stringify(proxy.asked),
      );
      assert.deepEqual(new Set(proxy.asked.map(({ version }) => version)), new Set([4, 5]));
    });
  }
}

/** Registers everything that every kind promises of such proxies. */
export function testSocks(kinds: readonly PlaceKind[]): void {
  testSocksWays(kinds);
  for (const kind of kinds) {
    test(`${kind.kind} tells a SOCKS proxy the address where it is not to look names up`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, proxy } = await start(t, kind);
      const { host = 'localhost', port } = place;
      for (const scheme of ['socks5', 'socks4']) {
        const login = scheme === 'socks5' ? `${WRITTEN_LOGIN}@` : '';
        const all = { 'all-proxy': `${scheme}://${login}127.0.0.1:${proxy.port}` };
        await using destination = await openBehind(place, { host, port }, all);
        await checkVerbs(destination, proxy);
      }
      assert.ok(proxy.asked.some(({ version }) => version === 4));
      assert.ok(proxy.asked.every(({ as }) => as !== 'name'));
    });

    test(`${kind.kind} passes a SOCKS proxy by for the hosts of --no-proxy`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, proxy } = await start(t, kind);
      const { host = '127.0.0.1' } = place;
      for (const exceptions of [host, '127.0.0.0/8', `other, ${host}:${place.port}`]) {
        const options = { 'all-proxy': `socks5h://127.0.0.1:${proxy.port}`, 'no-proxy': exceptions };
        await using destination = await openBehind(place, { host, port: place.port }, options);
        await createFolder(destination);
        assert.deepEqual(await collect(destination.list()), []);
      }
      assert.deepEqual(proxy.asked, []);
      assert.equal(proxy.passedBytes, 0);
    });

    test(`${kind.kind} says what is wrong with a SOCKS proxy, and nothing of its login`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, proxy } = await start(t, kind);
      await checkFaults(place, proxy);
    });

    test(`${kind.kind} waits for a silent SOCKS proxy no longer than it may, and gives up at once`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, proxy } = await start(t, kind);
      proxy.fault = { kind: 'silent' };
      const door = { host: UNKNOWN_HOST, port: place.port };
      const all = { 'all-proxy': `socks5h://127.0.0.1:${proxy.port}` };
      const short = { 'short-timeout': '1s', 'list-timeout': '1s', 'read-write-timeout': '1s' };
      await checkRefusal(() => openBehind(place, door, { ...all, ...short }), {
        code: 'destination-unreachable',
        message: /the proxy 127\.0\.0\.1:\d+ did not answer|behind the proxy 127\.0\.0\.1/,
      });
      const none = { 'short-timeout': '0', 'list-timeout': '0', 'read-write-timeout': '0' };
      const destination = await openBehind(place, door, { ...all, ...none });
      const stop = new AbortController();
      const reason = new Error('enough');
      const listing = collect(destination.list({ signal: stop.signal }));
      setImmediate(() => stop.abort(reason));
      await assert.rejects(listing, (error) => error === reason);
      await destination[Symbol.asyncDispose]();
    });
  }
}

/** The same kind where TLS is spoken from the first byte. */
export function overTls(kind: PlaceKind): PlaceKind {
  return {
    ...kind,
    kind: `${kind.kind} over TLS`,
    start: async () => {
      const place = await kind.start();
      const folder = await mkdtemp(join(tmpdir(), 'ashlar-tls-'));
      const certificate = makeCertificate(folder);
      const secure = await startSecureDoor(place.port, certificate);
      return {
        ...place,
        port: secure.port,
        wayTo: (name, door = secure) => {
          const { url, options } = place.wayTo(name, { ...door, hasTls: true });
          return { url, options: { ...options, 'accept-specified-ssl-hash': certificate.sha256 } };
        },
        stop: async () => {
          await secure.stop();
          await place.stop();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

async function start(t: TestContext, kind: PlaceKind) {
  const place = await kind.start();
  t.after(() => place.stop());
  const proxy = await startSocksProxy({ login: LOGIN, namesLeadTo: place.host });
  t.after(() => proxy.stop());
  return { place, proxy };
}

async function checkFaults(place: Place, proxy: SocksServer): Promise<void> {
  const door = { host: UNKNOWN_HOST, port: place.port };
  const near = `127.0.0.1:${proxy.port}`;
  const right = `socks5h://${WRITTEN_LOGIN}@${near}`;
  const refused = 'destination-refused';
  const unreachable = 'destination-unreachable';
  const cases: readonly [string, SocksServer['fault'], string, RegExp][] = [
    [`socks5h://other:secret@${near}`, undefined, refused, /does not accept its user and password/],
    [`socks5h://${near}`, undefined, refused, /takes no login|wants a user and a password/],
    [right, { kind: 'refuse', code: 5 }, unreachable, /says that nothing listens there/],
    [right, { kind: 'refuse', code: 2 }, refused, /does not allow it/],
    [right, { kind: 'half', bytes: 7 }, unreachable, /ended the connection before it answered/],
    [right, { kind: 'babble' }, refused, /does not speak SOCKS 5/],
    [`socks4a://${near}`, { kind: 'refuse', code: 0x5b }, unreachable, /with the code 91/],
    [
      `socks5h://x:secret@127.0.0.1:${await freePort()}`,
      undefined,
      unreachable,
      /nothing listens at this port/,
    ],
  ];
  for (const [address, fault, code, because] of cases) {
    proxy.fault = fault;
    await checkRefusal(() => openBehind(place, door, { 'all-proxy': address }), {
      code,
      message: new RegExp(`the proxy 127\\.0\\.0\\.1:\\d+ .*${because.source}`),
    });
  }
  proxy.fault = undefined;
}

async function checkRefusal(
  open: () => Promise<Destination>,
  expected: { readonly code: string; readonly message: RegExp },
): Promise<void> {
  await using destination = await open();
  await assert.rejects(collect(destination.list()), (error: Error & { code: string; hint?: string }) => {
    assert.match(error.message, expected.message);
    assert.equal(error.code, expected.code, error.message);
    for (let told: unknown = error; told instanceof Error; told = told.cause)
      assert.doesNotMatch(`${told.stack} ${JSON.stringify(told)}`, SECRET);
    return true;
  });
}

/** Puts, lists, reads and deletes a file, whose bytes have to pass the proxy both ways. */
async function checkVerbs(destination: Destination, proxy: SocksServer): Promise<void> {
  const before = proxy.passedBytes;
  const bytes = seededBytes(SIZE_BYTES);
  await createFolder(destination);
  await destination.put('a', memorySource(bytes));
  assert.deepEqual(
    (await collect(destination.list())).map(({ name }) => name),
    ['a'],
  );
  assert.ok(bytes.equals(await readAll(destination, 'a')));
  await destination.delete('a');
  assert.ok(proxy.passedBytes - before > 2 * SIZE_BYTES, `${proxy.passedBytes - before} bytes passed`);
}

async function createFolder(destination: Destination): Promise<void> {
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
}

function openBehind(place: Place, door: Door, options: PlaceOptions): Promise<Destination> {
  const way = place.wayTo('behind-a-proxy', door);
  return openDestination(way.url, { settings: { ...way.options, ...options } });
}
