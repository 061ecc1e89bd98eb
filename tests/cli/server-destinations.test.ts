/** Backup, damage, repair and restore through the command line, over real servers. */
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSshd } from '../support/servers/sshd.ts';
import { startVsftpd } from '../support/servers/vsftpd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Place {
  readonly url: string;
  /** Where the same files are on this machine's disk. */
  readonly folder: string;
  /** Options for all runs. */
  readonly options: readonly string[];
}

async function checkCycle(t: TestContext, { url, folder, options }: Place): Promise<void> {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'large'), seededBytes(3_000_000));
  writeFileSync(join(source, 'small'), 'first');
  const run = (...argv: readonly string[]): AshlarRun => {
    const result = runAshlar(home, [...argv, ...options], { PASSPHRASE: 'secret words' });
    assert.equal(result.code, 0, `${argv[0]}: ${result.err}`);
    return result;
  };
  run('backup', url, source, '--dblock-size=1mb', '--blocksize=100kb');
  const [index] = volumesOf(folder, 'dindex');
  rmSync(join(folder, index ?? ''));
  run('repair', url);
  assert.ok(volumesOf(folder, 'dindex').length > 1);
  writeFileSync(join(source, 'small'), 'second');
  run('backup', url, source);
  run('test', url, 'all');
  const target = join(home, 'restored');
  rmSync(join(home, '.local'), { recursive: true });
  run('restore', url, `--restore-path=${target}`);
  assert.equal(readFileSync(join(target, 'small'), 'utf8'), 'second');
  assert.deepEqual(readFileSync(join(target, 'large')), readFileSync(join(source, 'large')));
}

function volumesOf(folder: string, kind: string): string[] {
  return readdirSync(folder).filter((name) => name.includes(`.${kind}.`));
}

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
    folder,
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
    folder,
    options: [`--accept-specified-ssl-hash=${server.certificate.sha256}`],
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
    folder: join(root, 'backups', 'mine'),
    options: [`--rclone-config=${config}`],
  });
});
