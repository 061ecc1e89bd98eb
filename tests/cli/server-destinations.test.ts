/** Backup, damage, repair and restore through the command line, over real servers. */
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { checkCycle } from '../support/check-cycle.ts';
import { startApache } from '../support/servers/apache.ts';
import { startSamba } from '../support/servers/samba.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSshd } from '../support/servers/sshd.ts';
import { startVsftpd } from '../support/servers/vsftpd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('ashlar backs up to, repairs and restores from an SSH server', async (t) => {
  if (!hasProgram('/usr/sbin/sshd')) {
    t.skip('openssh-server is not installed');
    return;
  }
  const server = await startSshd();
  t.after(() => server.stop());
  // The folder is not there yet.
  const folder = join(server.dataFolder, 'backups', 'mine');
  await checkCycle(t, {
    url: `ssh://${server.user}@127.0.0.1:${server.port}${folder}`,
    options: [`--ssh-keyfile=${server.keyPath}`, '--ssh-accept-any-fingerprints'],
  });
});

test('ashlar backs up to, repairs and restores from an FTP server with TLS', async (t) => {
  if (!hasProgram('/usr/sbin/vsftpd') || process.getuid?.() !== 0) {
    t.skip('vsftpd is not installed, or this user may not start it');
    return;
  }
  const server = await startVsftpd();
  t.after(() => server.stop());
  const folder = join(server.dataFolder, 'mine');
  mkdirSync(folder);
  chownSync(folder, server.userId, server.userId);
  const login = `${server.user}:${encodeURIComponent(server.password)}`;
  await checkCycle(t, {
    url: `ftps://${login}@127.0.0.1:${server.port}/data/mine`,
    options: [`--accept-specified-ssl-hash=${server.certificate.sha256}`],
  });
});

test('ashlar backs up to, repairs and restores from a Windows share', async (t) => {
  if (!hasProgram('/usr/sbin/smbd') || process.getuid?.() !== 0) {
    t.skip('samba is not installed, or this user may not start it');
    return;
  }
  const server = await startSamba();
  t.after(() => server.stop());
  const login = `${server.user}:${encodeURIComponent(server.password)}`;
  await checkCycle(t, {
    url: `smb://${login}@127.0.0.1:${server.port}/sealed/backups/mine`,
    options: [],
  });
});

test('ashlar backs up to, repairs and restores from a remote of rclone', async (t) => {
  if (!hasProgram('rclone')) {
    t.skip('rclone is not installed');
    return;
  }
  const root = await temporaryFolder(t);
  const config = join(root, 'rclone.conf');
  writeFileSync(config, `[far]\ntype = alias\nremote = ${root}\n`);
  await checkCycle(t, {
    url: 'rclone://far/backups/mine',
    options: [`--rclone-config=${config}`],
  });
});

test('ashlar backs up to, repairs and restores from a WebDAV server with TLS', async (t) => {
  if (!hasProgram('apache2')) {
    t.skip('apache2 is not installed');
    return;
  }
  const server = await startApache();
  t.after(() => server.stop());
  // The folders are not there yet.
  await checkCycle(t, {
    url: `webdavs://${server.user}@127.0.0.1:${server.securePort}/basic/some%20backups/mine`,
    options: [
      `--accept-specified-ssl-hash=${server.certificate.sha256}`,
      `--auth-password=${server.password}`,
    ],
  });
});
