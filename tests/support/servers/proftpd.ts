import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { makeCertificate, type TestCertificate } from './certificate.ts';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';
import { type UnpackedProgram, unpackProgram } from './unpacked-packages.ts';

/** ProFTPD with a user of its own, plain or with TLS when the client asks for it. */
export interface ProftpdServer extends RunningServer {
  readonly certificate: TestCertificate;
  /** What the user sees as `/`, on this machine's disk. */
  readonly dataFolder: string;
  readonly user: string;
  readonly password: string;
}

const [USER, PASSWORD] = ['bob', 'pass word@1'];
const PACKAGES = [
  'proftpd-core',
  'proftpd-mod-crypto',
  'libmemcached11',
  'libhashkit2',
  'libmemcachedutil2',
  'libpcre2-posix3',
  'libhiredis0.14',
] as const;

/** The program, which cannot be installed beside other FTP servers; `undefined` where it cannot be fetched. */
export function findProftpd(): Promise<UnpackedProgram | undefined> {
  return unpackProgram('usr/sbin/proftpd', PACKAGES);
}

export async function startProftpd(
  program: UnpackedProgram,
  more: readonly string[] = [],
): Promise<ProftpdServer> {
  const folder = await serverFolder();
  const dataFolder = join(folder, 'data');
  await chmod(folder, 0o755);
  await mkdir(dataFolder);
  await chmod(dataFolder, 0o777);
  const certificate = makeCertificate(folder);
  const hash = spawnSync('openssl', ['passwd', '-6', PASSWORD], { encoding: 'utf8' }).stdout.trim();
  const [userId = 0, groupId = 0] = [process.getuid?.(), process.getgid?.()].map((id) => id || 1);
  const users = join(folder, 'users');
  await writeFile(users, `${USER}:${hash}:${userId}:${groupId}::${dataFolder}:/bin/false\n`, { mode: 0o600 });
  const port = await freePort();
  const configuration = join(folder, 'proftpd.conf');
  await writeFile(configuration, [configure({ folder, port, certificate, program }), ...more].join('\n'));
  const server = await startServer({
    command: program.path,
    arguments: ['--nodaemon', '--config', configuration],
    environment: program.environment,
    port,
    folder,
  });
  return {
    port,
    certificate,
    dataFolder,
    user: USER,
    password: PASSWORD,
    stop: server.stop,
  };
}

function configure(server: {
  readonly folder: string;
  readonly port: number;
  readonly certificate: TestCertificate;
  readonly program: UnpackedProgram;
}): string {
  const { folder, port, certificate, program } = server;
  return `
ServerName test
ServerType standalone
Port ${port}
DefaultAddress 127.0.0.1
SocketBindTight on
UseIPv6 off
User nobody
Group nogroup
AuthOrder mod_auth_file.c
AuthUserFile ${folder}/users
RequireValidShell off
DefaultRoot ~
AllowOverwrite on
MaxInstances 40
PidFile ${folder}/pid
ScoreboardFile ${folder}/scoreboard
DelayTable ${folder}/delay
SystemLog ${folder}/log
WtmpLog off
ModulePath ${program.root}/usr/lib/proftpd
LoadModule mod_tls.c
TLSEngine on
TLSRequired off
TLSLog ${folder}/tls.log
TLSECCertificateFile ${certificate.certificatePath}
TLSECCertificateKeyFile ${certificate.keyPath}
`;
}
