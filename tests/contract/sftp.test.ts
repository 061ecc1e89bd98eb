import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSshd } from '../support/servers/sshd.ts';
import { testDestinationContract } from './destination-contract.ts';

if (!hasProgram('/usr/sbin/sshd')) {
  test('SFTP', (t) => t.skip('openssh-server is not installed'));
} else {
  const server = await startSshd();
  test.after(() => server.stop());
  let count = 0;
  testDestinationContract('SFTP', async () => {
    const folder = join(server.dataFolder, `backup-${++count}`);
    await mkdir(folder);
    const url = `ssh://${server.user}@127.0.0.1:${server.port}${folder}`;
    return {
      open: () =>
        openDestination(url, {
          settings: { 'ssh-keyfile': server.keyPath, 'ssh-accept-any-fingerprints': 'true' },
        }),
      removeFolder: () => rm(folder, { recursive: true }),
      pieceBytes: 256 * 1024,
      moreThanAPage: 300,
    };
  });
}
