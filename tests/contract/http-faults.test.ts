/**
 * What a bad line, or a server out of order, does to a destination that speaks HTTP; and that trying again is
 * enough.
 */
import assert from 'node:assert/strict';
import test, { after, type TestContext } from 'node:test';
import { silentLog } from '../../src/base/index.ts';
import {
  type Destination,
  DestinationError,
  hasAbility,
  openDestination,
} from '../../src/destinations/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { type ProxyFault, startFaultyProxy } from '../support/servers/faulty-proxy.ts';
import { startRcloneWebdav } from '../support/servers/rclone-webdav.ts';
import { hasProgram } from '../support/servers/server-process.ts';

interface Kind {
  /** The storage through a proxy on that port. */
  readonly urlOf: (proxyPort: number) => string;
  readonly port: number;
}

const FAULTS: Readonly<Record<string, { readonly fault: ProxyFault; readonly code: RegExp }>> = {
  'a reset connection': { fault: { kind: 'reset' }, code: /unreachable/ },
  'a lost answer': { fault: { kind: 'lose-answer' }, code: /unreachable/ },
  'status 500': { fault: { kind: 'answer', status: 500 }, code: /unreachable/ },
  'status 429 with a pause': {
    fault: { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
    code: /throttled/,
  },
  'half an answer': { fault: { kind: 'cut-answer', bytes: 30, isTold: false }, code: /unreachable|corrupt/ },
  'half an answer as if it were all': {
    fault: { kind: 'cut-answer', bytes: 30, isTold: true },
    code: /unreachable|corrupt/,
  },
};

/** Opens the storage through a proxy that does nothing until `arm` says what to do with the next request. */
async function openThroughProxy(
  t: TestContext,
  kind: Kind,
): Promise<{ readonly destination: Destination; readonly arm: (fault: ProxyFault) => void }> {
  let armed: ProxyFault | undefined;
  const proxy = await startFaultyProxy(kind.port, () => {
    const fault = armed;
    armed = undefined;
    return fault;
  });
  const destination = await openDestination(kind.urlOf(proxy.port));
  t.after(async () => {
    await destination[Symbol.asyncDispose]();
    proxy.stop();
  });
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  return {
    destination,
    arm: (fault) => {
      armed = fault;
    },
  };
}

function checkFaults(name: string, kind: Kind): void {
  const bytes = seededBytes(100_000);
  for (const [what, { fault, code }] of Object.entries(FAULTS)) {
    test(`${name}: with ${what}, a listing fails or is complete, and the next one is complete`, async (t) => {
      const { destination, arm } = await openThroughProxy(t, kind);
      await destination.put('a', memorySource(bytes));
      arm(fault);
      const outcome = await collect(destination.list()).catch((error: unknown) => error);
      if (Array.isArray(outcome)) assert.equal(outcome.length, 1);
      else assert.ok(outcome instanceof DestinationError && code.test(outcome.code) && outcome.retryable);
      assert.deepEqual(
        (await collect(destination.list())).map((file) => file.name),
        ['a'],
      );
    });

    test(`${name}: ${what} during an upload or download is mended by trying again`, async (t) => {
      const { destination, arm } = await openThroughProxy(t, kind);
      const statistics = emptyStatistics();
      const remote = new Remote(
        destination,
        { retry: { retries: 2, delayMs: 0, growth: 'constant' }, folder: 'must-exist' },
        { log: silentLog, signal: new AbortController().signal, statistics },
      );
      arm(fault);
      await remote.repeat('upload', () => destination.put('a', memorySource(bytes)));
      arm(fault);
      const isTold = fault.kind === 'cut-answer' && fault.isTold;
      // A length that fits what came is only noticed by whoever knows the true one.
      const read = await remote.repeat('download', () => readAll(destination, 'a'));
      assert.ok(isTold ? read.length === 30 : read.equals(bytes));
      assert.deepEqual(
        (await collect(destination.list())).map((file) => file.name),
        ['a'],
      );
    });
  }
}

if (hasProgram('rclone')) {
  const webdav = await startRcloneWebdav();
  after(() => webdav.stop());
  let count = 0;
  checkFaults('WebDAV', {
    port: webdav.port,
    urlOf: (port) => `webdav://${webdav.user}:${webdav.password}@127.0.0.1:${port}/folder-${++count}`,
  });
} else test('WebDAV with faults', (t) => t.skip('rclone is not installed'));
