import assert from 'node:assert/strict';
import { chown, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { after } from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource } from '../support/memory-source.ts';
import { findProftpd, startProftpd } from '../support/servers/proftpd.ts';
import { findPureFtpd, startPureFtpd } from '../support/servers/pure-ftpd.ts';
import type { UnpackedProgram } from '../support/servers/unpacked-packages.ts';
import { testDestinationContract } from './destination-contract.ts';

/** More than the files of the contract's longest listing. */
const ENOUGH = 2000;

const isRoot = process.getuid?.() === 0;
const [proftpd, pureFtpd] = [await findProftpd(), await findPureFtpd()];
if (proftpd !== undefined && isRoot) await testAgainstProftpd(proftpd);
else test('FTP against ProFTPD', (t) => t.skip('it cannot be fetched, or this user may not start it'));
if (pureFtpd !== undefined && isRoot) await testAgainstPureFtpd(pureFtpd);
else test('FTP against Pure-FTPd', (t) => t.skip('it cannot be fetched, or this user may not start it'));

async function testAgainstProftpd(program: UnpackedProgram): Promise<void> {
  const server = await startProftpd(program);
  after(() => server.stop());
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
}

async function testAgainstPureFtpd(program: UnpackedProgram): Promise<void> {
  const server = await startPureFtpd(program, ENOUGH);
  after(() => server.stop());
  const newFolder = numberedFolders(server.dataFolder);
  testDestinationContract('FTP served by Pure-FTPd', async () => {
    const { name, path } = await newFolder();
    return {
      open: () => openDestination(`${urlOf(server, 'ftp')}/${name}`),
      removeFolder: () => rm(path, { recursive: true }),
      moreThanAPage: 50,
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
