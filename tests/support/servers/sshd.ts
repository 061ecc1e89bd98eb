import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  type RunningServer,
  removeServerFolder,
  serverFolder,
  startServer,
} from './server-process.ts';

/** OpenSSH's server with SFTP for the user who runs the tests, who logs in with a key. */
export interface SshServer extends RunningServer {
  readonly user: string;
  /** What is served, by absolute path. */
  readonly dataFolder: string;
  readonly keyPath: string;
  /** The same key behind a passphrase. */
  readonly lockedKeyPath: string;
  readonly passphrase: string;
  /** As `ssh-keyscan` would write it. */
  readonly knownHostsLine: string;
  /** Ends the server and starts it again at the same port with another host key. */
  changeHostKey(): Promise<void>;
}

const PASSPHRASE = 'opens the key';

export async function startSshd(): Promise<SshServer> {
  const folder = await serverFolder();
  const dataFolder = join(folder, 'data');
  const port = await freePort();
  const [keyPath, lockedKeyPath] = [join(folder, 'key'), join(folder, 'locked-key')];
  await mkdir(dataFolder);
  await mkdir('/run/sshd', { recursive: true });
  makeKey(keyPath, '');
  makeKey(lockedKeyPath, PASSPHRASE);
  const publicKeys = await Promise.all(
    [keyPath, lockedKeyPath].map((path) => readFile(`${path}.pub`, 'utf8')),
  );
  await writeFile(join(folder, 'authorized_keys'), publicKeys.join(''));
  const start = async (hostKey: string): Promise<RunningServer> => {
    const hostKeyPath = join(folder, hostKey);
    makeKey(hostKeyPath, '');
    const configuration = join(folder, 'sshd_config');
    await writeFile(configuration, configure(folder, port, hostKeyPath));
    // Every connection has a process of its own; `-D` keeps the one that listens in the foreground.
    return startServer({ command: '/usr/sbin/sshd', arguments: ['-D', '-f', configuration], port });
  };
  let server = await start('first-host-key');
  const hostKey = await readFile(join(folder, 'first-host-key.pub'), 'utf8');
  return {
    port,
    user: userInfo().username,
    dataFolder,
    keyPath,
    lockedKeyPath,
    passphrase: PASSPHRASE,
    knownHostsLine: `[127.0.0.1]:${port} ${hostKey}`,
    changeHostKey: async () => {
      await server.stop();
      server = await start('second-host-key');
    },
    stop: async () => {
      await server.stop();
      await removeServerFolder(folder);
    },
  };
}

function makeKey(path: string, passphrase: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', path]);
}

function configure(folder: string, port: number, hostKeyPath: string): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyPath}`,
    `PidFile ${folder}/sshd.pid`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');
}
