import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';

/** Prosody, with two accounts, at a domain that vouches for itself. It needs root. */
export interface ProsodyServer extends RunningServer {
  readonly domain: string;
  readonly certificatePath: string;
  readonly sender: string;
  readonly password: string;
  readonly receiver: string;
  /** What waits for the receiver, as the server keeps it. */
  waiting(): string;
}

const DOMAIN = 'chat.test';
const PASSWORD = 'pass, word=1 & ü';

export interface ProsodySettings {
  /** How it keeps passwords, which decides the ways to log in that it offers. */
  readonly hash: 'SHA-1' | 'SHA-256';
}

export async function startProsody({ hash }: ProsodySettings): Promise<ProsodyServer> {
  const folder = await serverFolder();
  const [port, certificatePath, keyPath] = [
    await freePort(),
    join(folder, 'chat.pem'),
    join(folder, 'key.pem'),
  ];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', keyPath, '-out', certificatePath, '-days', '2'],
      ...['-subj', `/CN=${DOMAIN}`, '-addext', `subjectAltName=DNS:${DOMAIN}`],
    ],
    { stdio: 'ignore' },
  );
  const configuration = join(folder, 'prosody.cfg.lua');
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  await writeFile(
    configuration,
    `
run_as_root = true
daemonize = false
pidfile = "${join(folder, 'prosody.pid')}"
data_path = "${dataFolder}"
log = { error = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "offline" }
modules_disabled = { "s2s" }
authentication = "internal_hashed"
password_hash = "${hash}"
c2s_require_encryption = true
VirtualHost "${DOMAIN}"
  ssl = { key = "${keyPath}", certificate = "${certificatePath}" }
`,
  );
  for (const name of ['sender', 'receiver'])
    execFileSync('prosodyctl', ['--config', configuration, 'register', name, DOMAIN, PASSWORD], {
      stdio: 'ignore',
    });
  const server = await startServer({
    command: 'prosody',
    arguments: ['--config', configuration, '-F'],
    port,
    folder,
  });
  const offline = join(dataFolder, 'chat%2etest', 'offline', 'receiver.list');
  return {
    ...server,
    domain: DOMAIN,
    certificatePath,
    sender: `sender@${DOMAIN}`,
    password: PASSWORD,
    receiver: `receiver@${DOMAIN}`,
    waiting: () => (existsSync(offline) ? readLua(offline) : ''),
    stop: server.stop,
  };
}

/** A file whose strings write the bytes of their characters as decimal escapes. */
function readLua(path: string): string {
  const text = readFileSync(path, 'latin1').replaceAll(/\\(\d{3})/g, (_, code) =>
    String.fromCharCode(Number(code)),
  );
  return Buffer.from(text, 'latin1').toString('utf8');
}
