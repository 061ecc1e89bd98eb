import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, openDestination } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import {
  AUTHID,
  BETTER_AUTHID,
  CLIENT_ID,
  CLIENT_SECRET,
  type FakeLogin,
  REFRESH_TOKEN,
} from '../../support/servers/fake-login.ts';
import type { FakeRequest, FakeService } from '../../support/servers/fake-service.ts';
import { testDestinationContract } from '../destination-contract.ts';

/** A stand-in for a provider. */
export interface FakeCloud {
  readonly service: FakeService;
  readonly login: FakeLogin;
  damages: boolean;
}

export interface CloudKind<F extends FakeCloud> {
  readonly name: string;
  /** A provider with the folder of `url`. */
  start(): Promise<F>;
  /** The folder of the destination. */
  readonly url: string;
  readonly settings?: Readonly<Record<string, string>>;
  removeFolder?(fake: F): void;
  /** True where the first authid is sent for ever. */
  readonly keepsAuthid?: boolean;
  /** Around which sizes files are cut. */
  readonly pieceBytes: number;
  /** True for a request that carries a part of a file, but not the first. */
  readonly isLaterPart?: (request: FakeRequest) => boolean;
  /** True for a request that carries bytes of a file. */
  readonly isUpload: (request: FakeRequest) => boolean;
}

const VOLUME = 'duplicati-b0123456789abcdef0123456789abcdef.dblock.zip.aes';

/**
 * The contract of destinations, and what all cloud drives have in common: tokens, refusals to be tried later,
 * damage on the way.
 */
export function testCloudDrive<F extends FakeCloud>(kind: CloudKind<F>): void {
  const startWith = async (t: TestContext): Promise<F> => {
    const fake = await kind.start();
    t.after(async () => {
      await fake.service.stop();
      assert.deepEqual(fake.service.violations, []);
    });
    return fake;
  };
  const open = (fake: F, settings: Readonly<Record<string, string>> = {}): Promise<Destination> =>
    openCloud(fake, kind.url, { ...kind.settings, ...settings });

  testDestinationContract(kind.name, async (t) => {
    const fake = await startWith(t);
    const { removeFolder } = kind;
    return {
      open: () => open(fake),
      pieceBytes: kind.pieceBytes,
      moreThanAPage: 7,
      ...(removeFolder === undefined ? {} : { removeFolder: async () => removeFolder(fake) }),
    };
  });

  test(`${kind.name}: a token that is accepted no more is renewed once, also in the middle of an upload`, async (t) => {
    const fake = await startWith(t);
    await using destination = await open(fake);
    await destination.put(VOLUME, memorySource(Buffer.from('first')));
    const before = fake.login.tokenCount;
    fake.login.expire();
    const files = ['a', 'b', 'c', 'd'];
    await Promise.all(files.map((name) => destination.put(name, memorySource(Buffer.from(name)))));
    assert.equal(fake.login.tokenCount, before + 1);
    const better = kind.keepsAuthid === true ? AUTHID : BETTER_AUTHID;
    assert.deepEqual(authidsOf(fake.service), [AUTHID, better]);
    fake.service.disturb(kind.isUpload, { status: 401, body: {} });
    await destination.put('e', memorySource(Buffer.from('content of e')));
    assert.equal(String(await readAll(destination, 'e')), 'content of e');
  });

  test(`${kind.name}: a token refused twice is destination-refused`, async (t) => {
    const fake = await startWith(t);
    await using destination = await open(fake);
    for (let times = 0; times < 2; times++)
      fake.service.disturb(isNoLogin, { status: 401, body: { message: 'no' } });
    await assert.rejects(collect(destination.list()), { code: 'destination-refused', retryable: false });
  });

  test(`${kind.name}: tokens of an application of one's own`, async (t) => {
    const fake = await startWith(t);
    const own = {
      'oauth-client-id': CLIENT_ID,
      'oauth-client-secret': CLIENT_SECRET,
      'oauth-refresh-token': REFRESH_TOKEN,
      'oauth-token-url': `${fake.service.url}/login/token`,
    };
    await using destination = await open(fake, own);
    assert.deepEqual(await collect(destination.list()), []);
    await using revoked = await open(fake, { ...own, 'oauth-refresh-token': 'another-token' });
    await assert.rejects(
      collect(revoked.list()),
      (error: Error & { code: string; hint: string }) =>
        error.code === 'destination-refused' &&
        /revoked/.test(error.message) &&
        /oauth-refresh-token/.test(error.hint) &&
        !error.message.includes('another-token'),
    );
  });

  test(`${kind.name}: an authid that the login service does not know is refused with its reason`, async (t) => {
    const fake = await startWith(t);
    await using destination = await open(fake, { authid: 'any:unknown-secret' });
    await assert.rejects(collect(destination.list()), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'destination-refused');
      assert.match(error.message, /No such key/);
      assert.match(error.hint, /\?type=/);
      return !error.message.includes('unknown-secret');
    });
  });

  test(`${kind.name}: "too many requests" is destination-throttled with the wait asked for`, async (t) => {
    const fake = await startWith(t);
    await using destination = await open(fake);
    assert.deepEqual(await collect(destination.list()), []);
    const busy = { status: 429, headers: { 'retry-after': '7' }, body: { error: { message: 'slowly' } } };
    fake.service.disturb(() => true, busy);
    await assert.rejects(collect(destination.list()), (error: Error & { details: object }) => {
      assert.deepEqual({ code: 'destination-throttled', retryAfterMs: 7000 }, pick(error));
      return true;
    });
    fake.service.disturb(kind.isUpload, busy);
    await assert.rejects(destination.put(VOLUME, memorySource(Buffer.from('x'))), {
      code: 'destination-throttled',
    });
    fake.service.disturb(() => true, { status: 500, body: 'something broke' });
    await assert.rejects(collect(destination.list()), { code: 'destination-unreachable' });
  });

  test(`${kind.name}: what arrives damaged is destination-corrupt`, async (t) => {
    const fake = await startWith(t);
    await using destination = await open(fake);
    fake.damages = true;
    await assert.rejects(destination.put(VOLUME, memorySource(seededBytes(1000))), {
      code: 'destination-corrupt',
      retryable: true,
    });
  });

  const { isLaterPart } = kind;
  if (isLaterPart === undefined) return;
  test(`${kind.name}: an upload goes on after a part, or the answer to it, was lost`, async (t) => {
    const bytes = seededBytes(3 * kind.pieceBytes + 5, 9);
    for (const [when, status] of [
      ['before', 503],
      ['after', 502],
    ] as const) {
      const fake = await startWith(t);
      await using destination = await open(fake);
      fake.service.disturb(isLaterPart, { status, body: 'gateway' }, when);
      await destination.put(VOLUME, memorySource(bytes));
      assert.ok(bytes.equals(await readAll(destination, VOLUME)), when);
      const sent = fake.service.requests
        .filter(kind.isUpload)
        .reduce((sum, { body }) => sum + body.length, 0);
      assert.ok(sent <= bytes.length + 2 * kind.pieceBytes, `${sent} bytes were sent`);
    }
  });
}

/** Opens a destination at a stand-in, with the login that it knows. */
export function openCloud(
  { service }: FakeCloud,
  url: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Destination> {
  return openDestination(url, {
    settings: {
      authid: AUTHID,
      'oauth-url': `${service.url}/login/refresh`,
      'api-endpoint': service.url,
      ...settings,
    },
  });
}

function authidsOf({ requests }: FakeService): unknown[] {
  return requests
    .filter(({ url }) => url.pathname === '/login/refresh')
    .map(({ headers }) => headers['x-authid']);
}

function isNoLogin({ url }: FakeRequest): boolean {
  return !url.pathname.startsWith('/login/');
}

function pick(error: object): object {
  const { code, details } = error as { code: string; details: { retryAfterMs?: number } };
  return { code, retryAfterMs: details.retryAfterMs };
}
