import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DestinationError, hasAbility, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { FTPS } from '../support/servers/places/ftps.ts';
import { type PlaceKind, SFTP, WEBDAV } from '../support/servers/places/index.ts';
import { freePort, hasProgram, startServer } from '../support/servers/server-process.ts';
import { overTls } from './socks-contract.ts';

const USER = 'tester';
const PASSWORD = 'passes-by';
const ATTEMPTS = 5;

/** A real proxy of SOCKS 5 with a login, and the line to it, which tells whether it is used. */
async function startMicrosocks(t: TestContext): Promise<CuttingProxy> {
  const port = await freePort();
  const server = await startServer({
    command: 'microsocks',
    arguments: ['-i', '127.0.0.1', '-p', String(port), '-u', USER, '-P', PASSWORD],
    port,
  });
  t.after(() => server.stop());
  const line = await startCuttingProxy(port);
  t.after(() => line.stop());
  return line;
}

async function open(kind: PlaceKind, proxy: string, t: TestContext) {
  const place = await kind.start();
  t.after(() => place.stop());
  const way = place.wayTo('through-microsocks');
  return openDestination(way.url, { settings: { ...way.options, 'all-proxy': proxy } });
}

/**
 * As every run does it: again, where an error says so. microsocks closes both ways when one side has ended, and a
 * server of FTPS that was just sending then loses what it had not read.
 */
async function again(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 1 || !(error instanceof DestinationError) || !error.retryable) throw error;
    }
  }
}

for (const kind of [SFTP, FTPS, WEBDAV, overTls(WEBDAV)]) {
  test(`${kind.kind} goes through microsocks, and is refused with a wrong password`, async (t) => {
    if (!hasProgram('microsocks')) return t.skip('microsocks is not installed');
    const obstacle = await kind.findObstacle();
    if (obstacle !== undefined) return t.skip(obstacle);
    const line = await startMicrosocks(t);
    await using destination = await open(kind, `socks5h://${USER}:${PASSWORD}@127.0.0.1:${line.port}`, t);
    assert.ok(hasAbility(destination, 'createFolder'));
    await destination.createFolder();
    const bytes = seededBytes(2_000_000);
    await again(() => destination.put('a', memorySource(bytes)));
    assert.ok(bytes.equals(await readAll(destination, 'a')));
    assert.ok(line.mostConnections > 0);
    // What does not pass the line does not reach the server.
    line.cutAfter(1_000_000);
    await assert.rejects(readAll(destination, 'a'), { code: /^destination-(?:unreachable|corrupt)$/ });
    line.heal();
    await using other = await open(kind, `socks5h://${USER}:wrong@127.0.0.1:${line.port}`, t);
    await assert.rejects(collect(other.list()), {
      code: 'destination-refused',
      message: /does not accept its user and password/,
    });
  });
}
