import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { KeystoneServer } from './keystone.ts';
import {
  freePort,
  type RunningServer,
  type ServerCommand,
  serverFolder,
  startInTurn,
  startServer,
} from './server-process.ts';
import { configureProxy, configureStorage } from './swift-configuration.ts';

/** What a login opens. */
export interface SwiftAccess {
  readonly storageUrl: string;
  readonly token: string;
}

/** OpenStack Swift with its old login (v1) and its S3 interface. */
export interface SwiftServer extends RunningServer {
  readonly user: string;
  readonly password: string;
  /** Logs in as the user. */
  logIn(): Promise<SwiftAccess>;
}

const RINGS = ['account', 'container', 'object'] as const;

/** Each of them loads a great deal. */
const START_MS = 120_000;
const USER = { user: 'test:tester', password: 'testing' };

export interface SwiftSettings {
  /** Whose tokens it takes; it has no login of its own then. */
  readonly identity?: KeystoneServer;
  /** Whether its own login tells the address of the storage with https. */
  readonly isBehindTls?: boolean;
}

/** Starts the five processes that make up a Swift with one disk. */
export async function startSwift(settings: SwiftSettings = {}): Promise<SwiftServer> {
  const folder = await serverFolder();
  await chmod(folder, 0o755);
  const ports = { account: await freePort(), container: await freePort(), object: await freePort() };
  const [port, cachePort] = [await freePort(), await freePort()];
  await mkdir(join(folder, 'disks', 'd1'), { recursive: true });
  await writeFile(
    join(folder, 'swift.conf'),
    '[swift-hash]\nswift_hash_path_suffix = a\nswift_hash_path_prefix = b\n[storage-policy:0]\nname = Policy-0\ndefault = yes\n',
  );
  for (const ring of RINGS) {
    buildRing(folder, ring, ports[ring]);
    await writeFile(join(folder, `${ring}.conf`), configureStorage(folder, ring, ports[ring]));
  }
  await writeFile(join(folder, 'proxy.conf'), configureProxy(folder, { port, cachePort, ...settings }));
  if (process.getuid?.() === 0) run('chown', ['-R', 'swift', folder]);
  const commands = commandsOf(folder, ports, { port, cachePort });
  const stop = await startInTurn(
    folder,
    commands.map((command) => () => startServer(command)),
  );
  return { port, ...USER, logIn: () => logIn(`http://127.0.0.1:${port}/auth/v1.0`), stop };
}

type Ring = (typeof RINGS)[number];

function commandsOf(
  folder: string,
  ports: Readonly<Record<Ring, number>>,
  { port, cachePort }: { readonly port: number; readonly cachePort: number },
): ServerCommand[] {
  const cache = ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(cachePort), '-m', '32'];
  const serve = (part: string, servicePort: number): ServerCommand => ({
    command: `swift-${part}-server`,
    arguments: [join(folder, `${part}.conf`)],
    port: servicePort,
    startMs: START_MS,
  });
  return [
    { command: 'memcached', arguments: cache, port: cachePort },
    ...RINGS.map((ring) => serve(ring, ports[ring])),
    serve('proxy', port),
  ];
}

/** Removes a container, which is also a bucket, with all that is in it. */
export async function removeContainer({ storageUrl, token }: SwiftAccess, container: string): Promise<void> {
  const headers = { 'x-auth-token': token };
  const url = `${storageUrl}/${container}`;
  const names = (await (await fetch(url, { headers })).text()).split('\n').filter((name) => name !== '');
  for (const name of names) await fetch(`${url}/${encodeURIComponent(name)}`, { method: 'DELETE', headers });
  await fetch(url, { method: 'DELETE', headers });
}

async function logIn(url: string): Promise<SwiftAccess> {
  const headers = { 'x-auth-user': USER.user, 'x-auth-key': USER.password };
  const { headers: answered } = await fetch(url, { headers });
  return { storageUrl: answered.get('x-storage-url') ?? '', token: answered.get('x-auth-token') ?? '' };
}

function buildRing(folder: string, ring: string, port: number): void {
  const builder = join(folder, `${ring}.builder`);
  run('swift-ring-builder', [builder, 'create', '4', '1', '1']);
  const place = ['--region', '1', '--zone', '1', '--ip', '127.0.0.1', '--port', String(port)];
  run('swift-ring-builder', [builder, 'add', ...place, '--device', 'd1', '--weight', '1']);
  run('swift-ring-builder', [builder, 'rebalance']);
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  // The ring builder answers 1 where it has something to remark.
  if (status !== 0 && status !== 1) throw new Error(`${command} failed: ${stdout}${stderr}`);
}
