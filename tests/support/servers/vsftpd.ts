import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate, type TestCertificate } from './certificate.ts';
import {
  freePort,
  freePorts,
  type RunningServer,
  removeServerFolder,
  serverFolder,
  startServer,
} from './server-process.ts';

/**
 * vsftpd, plain or with TLS when the client asks for it, and with TLS from the start at a port of its own. It
 * needs root.
 */
export interface VsftpdServer extends RunningServer {
  readonly implicitPort: number;
  /** Where it waits for data; empty if anywhere. */
  readonly dataPorts: readonly number[];
  readonly certificate: TestCertificate;
  /** The folder `data` below the login folder, which itself cannot be written, on this machine's disk. */
  readonly dataFolder: string;
  readonly user: string;
  readonly password: string;
  /** The account that the server writes as. */
  readonly userId: number;
}

const PASSWORD = 'pass word@1';
/** An account of every Debian; its home folder must exist. */
const DAEMON = 1;

export interface VsftpdSettings {
  readonly host?: string;
  /** How many ports to use for data, one after another; any when absent. */
  readonly dataPorts?: number;
  /** Further lines of its configuration. */
  readonly more?: readonly string[];
}

/**
 * The only user that is no account of this machine is the anonymous one, whose passwords can be restricted to
 * a list.
 */
export async function startVsftpd({
  host = '127.0.0.1',
  dataPorts: count = 0,
  more: everywhere = [],
}: VsftpdSettings = {}): Promise<VsftpdServer> {
  const dataPorts = count === 0 ? [] : await freePorts(count);
  const folder = await serverFolder();
  const dataFolder = join(folder, 'site', 'data');
  const certificate = makeCertificate(folder);
  await chmod(folder, 0o755);
  for (const path of [dataFolder, join(folder, 'empty')]) await mkdir(path, { recursive: true });
  await chown(dataFolder, DAEMON, DAEMON);
  await writeFile(join(folder, 'passwords'), `${PASSWORD}\n`);
  const start = async (name: string, more: readonly string[]): Promise<RunningServer> => {
    const port = await freePort();
    const path = join(folder, `${name}.conf`);
    await writeFile(
      path,
      `${[...configure(folder, certificate), `listen_address=${host}`, ...dataPortLines(dataPorts), `listen_port=${port}`, ...everywhere, ...more].join('\n')}\n`,
    );
    return startServer({ command: '/usr/sbin/vsftpd', arguments: [path], port, host });
  };
  const server = await start('plain', ['force_anon_data_ssl=NO', 'force_anon_logins_ssl=NO']);
  const implicit = await start('implicit', [
    'implicit_ssl=YES',
    'force_anon_data_ssl=YES',
    'force_anon_logins_ssl=YES',
  ]);
  return {
    port: server.port,
    implicitPort: implicit.port,
    dataPorts,
    certificate,
    dataFolder,
    user: 'anonymous',
    password: PASSWORD,
    userId: DAEMON,
    stop: async () => {
      await Promise.all([server.stop(), implicit.stop()]);
      await removeServerFolder(folder);
    },
  };
}

function dataPortLines(ports: readonly number[]): string[] {
  const [first, last] = [ports[0], ports.at(-1)];
  return first === undefined ? [] : [`pasv_min_port=${first}`, `pasv_max_port=${last}`];
}

function configure(folder: string, { certificatePath, keyPath }: TestCertificate): string[] {
  return [
    'listen=YES',
    'background=NO',
    'anonymous_enable=YES',
    'local_enable=NO',
    'write_enable=YES',
    'anon_upload_enable=YES',
    'anon_mkdir_write_enable=YES',
    'anon_other_write_enable=YES',
    'anon_world_readable_only=NO',
    'anon_umask=022',
    `anon_root=${folder}/site`,
    'secure_email_list_enable=YES',
    `email_password_file=${folder}/passwords`,
    'ftp_username=daemon',
    'nopriv_user=nobody',
    `secure_chroot_dir=${folder}/empty`,
    'seccomp_sandbox=NO',
    'ssl_enable=YES',
    'allow_anon_ssl=YES',
    'require_ssl_reuse=YES',
    'ssl_ciphers=HIGH',
    `rsa_cert_file=${certificatePath}`,
    `rsa_private_key_file=${keyPath}`,
  ];
}
