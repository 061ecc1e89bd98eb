import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';

/** Samba with the shares `plain` and `sealed`, which insists on encryption; both are the same folder. It needs root. */
export interface SambaServer extends RunningServer {
  /** What is shared, on this machine's disk. */
  readonly dataFolder: string;
  readonly user: string;
  readonly password: string;
  /** The account that the server writes as. */
  readonly userId: number;
}

/** An account of every Debian; its password for Samba is kept in the server's own folder. */
const USER = 'daemon';
const USER_ID = 1;
const PASSWORD = 'pass wörd@1';

/** `version` is the newest one that the server speaks, such as `SMB2_10`. */
export async function startSamba(version = 'SMB3_11'): Promise<SambaServer> {
  const folder = await serverFolder();
  await chmod(folder, 0o755);
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  await chown(dataFolder, USER_ID, USER_ID);
  for (const name of ['private', 'lock', 'state', 'cache', 'pid', 'ncalrpc']) await mkdir(join(folder, name));
  const port = await freePort();
  const configuration = join(folder, 'smb.conf');
  await writeFile(configuration, configure(folder, port, version));
  execFileSync('smbpasswd', ['-c', configuration, '-a', '-s', USER], {
    input: `${PASSWORD}\n${PASSWORD}\n`,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  });
  const server = await startServer({
    command: '/usr/sbin/smbd',
    arguments: ['-F', '-s', configuration],
    port,
    folder,
  });
  return {
    port,
    dataFolder,
    user: USER,
    password: PASSWORD,
    userId: USER_ID,
    stop: server.stop,
  };
}

function configure(folder: string, port: number, version: string): string {
  const share = (name: string, encryption: string): string[] => [
    `[${name}]`,
    `path = ${folder}/data`,
    'read only = no',
    `smb encrypt = ${encryption}`,
  ];
  return [
    '[global]',
    'server role = standalone server',
    'interfaces = lo',
    'bind interfaces only = yes',
    `smb ports = ${port}`,
    'disable netbios = yes',
    'server min protocol = SMB2_02',
    `server max protocol = ${version}`,
    `passdb backend = tdbsam:${folder}/private/passdb.tdb`,
    `private dir = ${folder}/private`,
    `lock directory = ${folder}/lock`,
    `state directory = ${folder}/state`,
    `cache directory = ${folder}/cache`,
    `pid directory = ${folder}/pid`,
    `ncalrpc dir = ${folder}/ncalrpc`,
    `log file = ${folder}/log`,
    'load printers = no',
    'disable spoolss = yes',
    ...share('plain', 'off'),
    ...share('sealed', 'required'),
    '',
  ].join('\n');
}
