import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { after } from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startVsftpd } from '../support/servers/vsftpd.ts';
import { testDestinationContract } from './destination-contract.ts';

const DAEMON = 1;

if (!hasProgram('/usr/sbin/vsftpd')) test('FTP', (t) => t.skip('vsftpd is not installed'));
else if (process.getuid?.() !== 0) test('FTP', (t) => t.skip('vsftpd has to be started by root'));
else await testAgainstVsftpd();

async function testAgainstVsftpd(): Promise<void> {
  const server = await startVsftpd();
  after(() => server.stop());
  const login = `${server.user}:${encodeURIComponent(server.password)}`;
  const trust = `accept-specified-ssl-hash=${server.certificate.sha256}`;
  let count = 0;

  for (const [kind, scheme, port, query] of [
    ['FTP', 'ftp', server.port, ''],
    ['FTPS', 'ftps', server.port, `?${trust}`],
    ['FTPS from the start', 'aftp', server.implicitPort, `?aftp-encryption-mode=Implicit&${trust}`],
    ['FTP with plain names', 'ftp', server.port, '?ftp-use-cwd-names'],
  ] as const) {
    testDestinationContract(kind, async () => {
      const name = `folder ${++count}`;
      const folder = join(server.dataFolder, name);
      await mkdir(folder);
      await chown(folder, DAEMON, DAEMON);
      const url = `${scheme}://${login}@127.0.0.1:${port}/data/${encodeURIComponent(name)}${query}`;
      return {
        open: () => openDestination(url),
        removeFolder: () => rm(folder, { recursive: true }),
        moreThanAPage: 50,
      };
    });
  }
}
