import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import {
  freePort,
  type RunningServer,
  removeServerFolder,
  serverFolder,
  startServer,
} from './server-process.ts';

/** OpenStack Swift with its old login (v1) and its S3 interface. */
export interface SwiftServer extends RunningServer {
  readonly user: string;
  readonly password: string;
}

const RINGS = ['account', 'container', 'object'] as const;

/** Starts the five processes that make up a Swift with one disk. */
export async function startSwift(): Promise<SwiftServer> {
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
  await writeFile(join(folder, 'proxy.conf'), configureProxy(folder, port, cachePort));
  if (process.getuid?.() === 0) run('chown', ['-R', 'swift', folder]);
  const cache = await startServer({
    command: 'memcached',
    arguments: ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(cachePort), '-m', '32'],
    port: cachePort,
  });
  const servers: RunningServer[] = [cache];
  for (const ring of RINGS) {
    servers.push(
      await startServer({
        command: `swift-${ring}-server`,
        arguments: [join(folder, `${ring}.conf`)],
        port: ports[ring],
      }),
    );
  }
  servers.push(
    await startServer({ command: 'swift-proxy-server', arguments: [join(folder, 'proxy.conf')], port }),
  );
  return {
    port,
    user: 'test:tester',
    password: 'testing',
    stop: async () => {
      for (const server of servers.reverse()) await server.stop();
      await removeServerFolder(folder);
    },
  };
}

/** Removes a container, which is also a bucket, with all that is in it. */
export async function removeContainer(
  { port, user, password }: SwiftServer,
  container: string,
): Promise<void> {
  const origin = `http://127.0.0.1:${port}`;
  const headers = { 'x-auth-user': user, 'x-auth-key': password };
  const login = await fetch(`${origin}/auth/v1.0`, { headers });
  const token = { 'x-auth-token': login.headers.get('x-auth-token') ?? '' };
  const url = `${login.headers.get('x-storage-url')}/${container}`;
  const names = (await (await fetch(url, { headers: token })).text())
    .split('\n')
    .filter((name) => name !== '');
  for (const name of names)
    await fetch(`${url}/${encodeURIComponent(name)}`, { method: 'DELETE', headers: token });
  await fetch(url, { method: 'DELETE', headers: token });
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

function configureStorage(folder: string, ring: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = swift
swift_dir = ${folder}
devices = ${folder}/disks
mount_check = false
[pipeline:main]
pipeline = ${ring}-server
[app:${ring}-server]
use = egg:swift#${ring}
`;
}

function configureProxy(folder: string, port: number, cachePort: number): string {
  const plain = ['catch_errors', 'gatekeeper', 'listing_formats', 'copy', 'slo'].map(
    (name) => `[filter:${name}]\nuse = egg:swift#${name}\n`,
  );
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = swift
swift_dir = ${folder}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
storage_domain = s3.test
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
${plain.join('')}`;
}
