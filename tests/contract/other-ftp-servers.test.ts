import assert from 'node:assert/strict';
import { chown, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { after, type TestContext } from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { startLeavingLine } from '../support/servers/leaving-line.ts';
import { findProftpd, type ProftpdServer, startProftpd } from '../support/servers/proftpd.ts';
import { findPureFtpd, type PureFtpdServer, startPureFtpd } from '../support/servers/pure-ftpd.ts';
import type { UnpackedProgram } from '../support/servers/unpacked-packages.ts';
import { testDestinationContract } from './destination-contract.ts';

/** More than the files of the contract's longest listing. */
const ENOUGH = 2000;

/** How long ProFTPD bears with connections; longer than a busy machine takes for any one step. */
const SHORT_S = 2;

const isRoot = process.getuid?.() === 0;
const [proftpd, pureFtpd] = isRoot ? [await findProftpd(), await findPureFtpd()] : [];
const proftpdServer = proftpd === undefined ? undefined : await startProftpd(proftpd);
const pureFtpdServer = pureFtpd === undefined ? undefined : await startPureFtpd(pureFtpd, ENOUGH);
after(async () => {
  await proftpdServer?.stop();
  await pureFtpdServer?.stop();
});
if (proftpd !== undefined && proftpdServer !== undefined) testAgainstProftpd(proftpd, proftpdServer);
else test('FTP against ProFTPD', (t) => t.skip('it cannot be fetched, or this user may not start it'));
if (pureFtpd !== undefined && pureFtpdServer !== undefined) testAgainstPureFtpd(pureFtpd, pureFtpdServer);
else test('FTP against Pure-FTPd', (t) => t.skip('it cannot be fetched, or this user may not start it'));

function testAgainstProftpd(program: UnpackedProgram, server: ProftpdServer): void {
  const newFolder = numberedFolders(server.dataFolder);
  const trust = `accept-specified-ssl-hash=${server.certificate.sha256}`;
  testDestinationContract('FTPS served by ProFTPD', async () => {
    const { name, path } = await newFolder();
    return {
      open: () => openDestination(`${urlOf(server, 'ftps')}/${name}?${trust}`),
      removeFolder: () => rm(path, { recursive: true }),
      moreThanAPage: 50,
      // It now and then takes the early end of such a connection for a broken handshake.
      takesEmptyFiles: false,
    };
  });

  for (const [scheme, limit] of [
    ['ftp', 'TimeoutNoTransfer'],
    ['ftps', 'TimeoutIdle'],
  ] as const) {
    test(`${scheme} goes on after a pause in which ProFTPD ends connections by its ${limit}`, (t) =>
      checkPause(t, { program, scheme, limit }));
  }
}

/** Every verb comes to a connection that the server left meanwhile. */
async function checkPause(
  t: TestContext,
  {
    program,
    scheme,
    limit,
  }: { readonly program: UnpackedProgram; readonly scheme: string; readonly limit: string },
): Promise<void> {
  const server = await startProftpd(program, [`${limit} ${SHORT_S}`]);
  t.after(() => server.stop());
  const line = await startLeavingLine(server.port);
  t.after(() => line.stop());
  const trust = `accept-specified-ssl-hash=${server.certificate.sha256}`;
  await using destination = await openDestination(
    `${urlOf({ ...server, port: line.port }, scheme)}?${trust}`,
  );
  const bytes = seededBytes(1000);
  const names = ['a', 'b', 'c', 'd'];
  await Promise.all(names.map((name) => destination.put(name, memorySource(bytes))));
  await line.left();
  const before = line.connections;
  // As long as the pause of a backup, after which no connection is relied on.
  const nowMs = performance.now() + 60_000;
  t.mock.method(performance, 'now', () => nowMs);
  const [, , got] = await Promise.all([
    collect(destination.list()),
    destination.put('e', memorySource(bytes)),
    readAll(destination, 'a'),
    destination.delete('d'),
  ]);
  assert.ok(bytes.equals(got));
  assert.equal(line.connections, before + 4);
}

function testAgainstPureFtpd(program: UnpackedProgram, server: PureFtpdServer): void {
  const newFolder = numberedFolders(server.dataFolder);
  testDestinationContract('FTP served by Pure-FTPd', async () => {
    const { name, path } = await newFolder();
    return {
      open: () => openDestination(`${urlOf(server, 'ftp')}/${name}`),
      removeFolder: () => rm(path, { recursive: true }),
      moreThanAPage: 50,
      keepsOddNames: false,
    };
  });

  test('FTP takes no listing that Pure-FTPd has cut, unless it may', async () => {
    const short = await startPureFtpd(program, 3);
    try {
      await using destination = await openDestination(urlOf(short, 'ftp'));
      for (const name of ['a', 'b', 'c', 'd', 'e'])
        await destination.put(name, memorySource(Buffer.from('x')));
      await assert.rejects(collect(destination.list()), {
        code: 'destination-refused',
        message: /cuts listings/,
      });
      const url = `${urlOf(short, 'ftp')}?ignore-pureftpd-limit-issue=true`;
      await using lenient = await openDestination(url);
      assert.ok((await collect(lenient.list())).length < 5);
    } finally {
      await short.stop();
    }
  });
}

function urlOf(
  server: { readonly user: string; readonly password: string; readonly port: number },
  scheme: string,
): string {
  return `${scheme}://${server.user}:${encodeURIComponent(server.password)}@127.0.0.1:${server.port}`;
}

/** Makes folders that belong to whom the server writes as. */
function numberedFolders(
  dataFolder: string,
): () => Promise<{ readonly name: string; readonly path: string }> {
  let count = 0;
  return async () => {
    const name = `folder-${++count}`;
    const path = join(dataFolder, name);
    await mkdir(path, { mode: 0o777 });
    const { uid, gid } = await stat(dataFolder);
    await chown(path, uid || 1, gid || 1);
    return { name, path };
  };
}
