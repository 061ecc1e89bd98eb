import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { makeCertificate, type TestCertificate } from './certificate.ts';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';

/**
 * Apache's WebDAV with the folders `/basic`, `/digest` and, on a port of its own, `/basic` behind TLS. All
 * hold the same files.
 */
export interface ApacheServer extends RunningServer {
  readonly securePort: number;
  readonly certificate: TestCertificate;
  /** What is served, on this machine's disk. */
  readonly dataFolder: string;
  readonly user: string;
  readonly password: string;
}

const USER = 'tester';
const PASSWORD = 'pass:word @1';
const REALM = 'files';
const MODULES = [
  'mpm_event',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_user',
  'auth_basic',
  'auth_digest',
  'alias',
  'socache_shmcb',
  'ssl',
  'dav',
  'dav_fs',
] as const;
/** The user that Debian's Apache runs as; it must own the files when root starts the server. */
const WWW_DATA = 33;

export async function startApache(): Promise<ApacheServer> {
  const folder = await serverFolder();
  const dataFolder = join(folder, 'data');
  const [port, securePort] = [await freePort(), await freePort()];
  const certificate = makeCertificate(folder);
  await chmod(folder, 0o755);
  for (const path of [dataFolder, join(folder, 'lock')]) {
    await mkdir(path);
    if (process.getuid?.() === 0) await chown(path, WWW_DATA, WWW_DATA);
  }
  const sha1 = createHash('sha1').update(PASSWORD).digest('base64');
  const digest = createHash('md5').update(`${USER}:${REALM}:${PASSWORD}`).digest('hex');
  await writeFile(join(folder, 'basic.users'), `${USER}:{SHA}${sha1}\n`);
  await writeFile(join(folder, 'digest.users'), `${USER}:${REALM}:${digest}\n`);
  const configuration = join(folder, 'httpd.conf');
  await writeFile(configuration, configure({ folder, dataFolder, port, securePort, certificate }));
  const server = await startServer({
    command: '/usr/sbin/apache2',
    arguments: ['-f', configuration, '-D', 'FOREGROUND'],
    port,
    folder,
  });
  return {
    port,
    securePort,
    certificate,
    dataFolder,
    user: USER,
    password: PASSWORD,
    stop: server.stop,
  };
}

function configure(server: {
  readonly folder: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly securePort: number;
  readonly certificate: TestCertificate;
}): string {
  const { folder, dataFolder, port, securePort, certificate } = server;
  const modules = MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
  return `
ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
Listen 127.0.0.1:${securePort}
PidFile ${folder}/pid
ErrorLog ${folder}/log
DefaultRuntimeDir ${folder}
User www-data
Group www-data
${modules.join('\n')}
DavLockDB ${folder}/lock/db
LimitRequestBody 0
DocumentRoot ${dataFolder}
Alias /basic ${dataFolder}
Alias /digest ${dataFolder}
<Directory ${dataFolder}>
  Dav On
</Directory>
<Location /basic>
  AuthType Basic
  AuthName ${REALM}
  AuthUserFile ${folder}/basic.users
  Require valid-user
</Location>
<Location /digest>
  AuthType Digest
  AuthName ${REALM}
  AuthDigestProvider file
  AuthUserFile ${folder}/digest.users
  Require valid-user
</Location>
<VirtualHost 127.0.0.1:${securePort}>
  SSLEngine on
  SSLCertificateFile ${certificate.certificatePath}
  SSLCertificateKeyFile ${certificate.keyPath}
</VirtualHost>
`;
}
