import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { makeCertificate, type TestCertificate } from '../support/servers/certificate.ts';
import { startFaultyProxy } from '../support/servers/faulty-proxy.ts';
import type { Place, PlaceKind, PlaceOptions } from '../support/servers/places/index.ts';
import { startSecureDoor } from '../support/servers/secure-door.ts';
import { freePort } from '../support/servers/server-process.ts';
import { startTunnelProxy } from '../support/servers/tunnel-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Open = (options: PlaceOptions) => Promise<Destination>;

/**
 * Registers what every kind that speaks HTTP promises of certificates, proxies, and servers that ask to be
 * left alone for a while.
 */
export function testTrust(kinds: readonly PlaceKind[]): void {
  for (const kind of kinds) {
    test(`${kind.kind} trusts a certificate by its fingerprint, by its authority, or any, and no other`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, door, certificate } = await startBehindDoor(t, kind);
      await checkCertificates(openBy(place, door), certificate);
    });

    test(`${kind.kind} reaches a server with TLS through a proxy, and nothing past it`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const { place, door, certificate } = await startBehindDoor(t, kind);
      const proxy = await startTunnelProxy();
      t.after(() => proxy.stop());
      // Only the proxy knows a host of that name.
      const open = openBy(place, { ...door, host: 'storage.invalid' });
      await checkProxy(open, { 'accept-specified-ssl-hash': certificate.sha256 }, proxy);
      assert.ok(proxy.asked.length > 0);
      assert.ok(
        proxy.asked.every((asked) => asked === `storage.invalid:${door.port}`),
        proxy.asked.join(),
      );
    });

    test(`${kind.kind} tells how long a server asks to be left alone, for every verb`, async (t) => {
      const obstacle = await kind.findObstacle();
      if (obstacle !== undefined) return t.skip(obstacle);
      const place = await kind.start();
      t.after(() => place.stop());
      let isBusy = false;
      const proxy = await startFaultyProxy(place.port, () =>
        isBusy ? { kind: 'answer', status: 429, headers: { 'retry-after': '7' } } : undefined,
      );
      t.after(() => proxy.stop());
      await using destination = await openBy(place, proxy)({});
      await createFolder(destination);
      await destination.put('a', memorySource(Buffer.from('x')));
      isBusy = true;
      for (const verb of [
        () => collect(destination.list()),
        () => readAll(destination, 'a'),
        () => destination.put('b', memorySource(Buffer.from('y'))),
        () => destination.delete('a'),
      ]) {
        await assert.rejects(verb, (error: Error & { code: string; details: { retryAfterMs?: number } }) => {
          assert.equal(error.code, 'destination-throttled', `${verb}: ${error.message}`);
          assert.equal(error.details.retryAfterMs, 7000, String(verb));
          return true;
        });
      }
    });
  }
}

function openBy(place: Place, door: Parameters<Place['wayTo']>[1]): Open {
  const way = place.wayTo('trusted', door);
  return (options) => openDestination(way.url, { settings: { ...way.options, ...options } });
}

async function checkCertificates(
  open: Open,
  { sha1, sha256, certificatePath }: TestCertificate,
): Promise<void> {
  const refused = { code: 'destination-refused', retryable: false, message: /certificate/ };
  for (const options of [{}, { 'accept-specified-ssl-hash': 'ab'.repeat(32) }]) {
    await using destination = await open(options);
    await assert.rejects(collect(destination.list()), refused);
  }
  for (const options of [
    { 'accept-specified-ssl-hash': sha256 },
    { 'accept-specified-ssl-hash': sha1.replaceAll(':', '').toLowerCase() },
    { 'ca-certificate-file': certificatePath },
    { 'accept-any-ssl-certificate': 'true' },
  ]) {
    await using destination = await open(options);
    await createFolder(destination);
    assert.deepEqual(await collect(destination.list()), [], JSON.stringify(options));
  }
}

async function checkProxy(
  open: Open,
  trust: PlaceOptions,
  proxy: { readonly url: string; readonly port: number },
): Promise<void> {
  const bytes = Buffer.from('through the tunnel');
  await using destination = await open({ ...trust, 'https-proxy': proxy.url });
  await createFolder(destination);
  await destination.put('a', memorySource(bytes));
  assert.deepEqual(await readAll(destination, 'a'), bytes);
  for (const [address, code, message] of [
    [`http://127.0.0.1:${proxy.port}`, 'destination-refused', /proxy .* 407/],
    [`http://127.0.0.1:${await freePort()}`, 'destination-unreachable', /proxy 127.* nothing listens/],
    ['ftp://127.0.0.1:1080', 'destination-refused', /Cannot use the proxy: ftp/],
  ] as const) {
    const list = async (): Promise<unknown> => {
      await using other = await open({ ...trust, 'https-proxy': address });
      return await collect(other.list());
    };
    await assert.rejects(list, { code, message });
  }
}

async function createFolder(destination: Destination): Promise<void> {
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
}

/** A server of a kind, and the door with TLS before it. */
async function startBehindDoor(t: TestContext, kind: PlaceKind) {
  const place = await kind.start({ isBehindTls: true });
  t.after(() => place.stop());
  const certificate = makeCertificate(await temporaryFolder(t));
  const door = await startSecureDoor(place.port, certificate);
  t.after(() => door.stop());
  return { place, door, certificate };
}
