import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  freePorts,
  type RunningServer,
  serverFolder,
  startInTurn,
  startServer,
} from './server-process.ts';

/** Ceph's gateway for S3, with object lock, on a cluster of one monitor and one store in memory. */
export interface CephServer extends RunningServer {
  readonly keyId: string;
  readonly secret: string;
}

export const CEPH_PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin'] as const;

interface Cluster {
  readonly folder: string;
  readonly id: string;
  readonly storeId: string;
  /** One for each version of the protocol. */
  readonly monitorPorts: readonly [number, number];
  /** A run of them, of which the store takes some. */
  readonly storePorts: readonly number[];
  readonly gatewayPort: number;
}

const USER = { keyId: 'tester', secret: 'pass+word/1' };
const STORE_BYTES = 2 * 1024 ** 3;
/** When it is started first, the gateway makes its pools. */
const START_MS = 180_000;

export async function startCeph(): Promise<CephServer> {
  const [version2 = 0, version1 = 0, ...storePorts] = await freePorts(10);
  const cluster: Cluster = {
    folder: await serverFolder(),
    id: randomUUID(),
    storeId: randomUUID(),
    monitorPorts: [version2, version1],
    storePorts,
    gatewayPort: await freePort(),
  };
  await configure(cluster);
  const starters = [startMonitor, startStore, startGateway];
  const stop = await startInTurn(
    cluster.folder,
    starters.map((starter) => () => starter(cluster)),
  );
  return { port: cluster.gatewayPort, ...USER, stop };
}

async function configure(cluster: Cluster): Promise<void> {
  const { folder } = cluster;
  for (const name of ['mon', 'osd', 'rgw', 'run']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'ceph.conf'), writeConfiguration(cluster));
  const keyring = join(folder, 'keyring');
  run(cluster, 'ceph-authtool', ['--create-keyring', keyring]);
  const monitor = ['--cap', 'mon', 'allow *'];
  const all = [...monitor, '--cap', 'osd', 'allow *'];
  for (const [name, rights] of [
    ['mon.', monitor],
    ['client.admin', all],
    ['client.rgw', all],
    ['osd.0', all],
  ] as const)
    run(cluster, 'ceph-authtool', [keyring, '--gen-key', '-n', name, ...rights]);
}

async function startMonitor(cluster: Cluster): Promise<RunningServer> {
  const { folder, monitorPorts } = cluster;
  const map = ['--monmap', join(folder, 'monmap')];
  run(cluster, 'monmaptool', [
    ...['--create', '--fsid', cluster.id],
    ...['--addv', 'a', addressesOf(cluster), join(folder, 'monmap')],
  ]);
  run(cluster, 'ceph-mon', ['--mkfs', '-i', 'a', ...map, '--keyring', join(folder, 'keyring')]);
  return startDaemon(cluster, 'ceph-mon', ['-i', 'a'], monitorPorts[0]);
}

async function startStore(cluster: Cluster): Promise<RunningServer> {
  const { storeId, storePorts } = cluster;
  run(cluster, 'ceph', ['osd', 'create', storeId]);
  run(cluster, 'ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', storeId]);
  run(cluster, 'ceph', ['osd', 'crush', 'add', 'osd.0', '1.0', 'host=here', 'root=default']);
  return startDaemon(cluster, 'ceph-osd', ['-i', '0'], storePorts[0] ?? 0);
}

function startGateway(cluster: Cluster): Promise<RunningServer> {
  const user = ['--uid=tester', '--display-name=tester', `--access-key=${USER.keyId}`];
  run(cluster, 'radosgw-admin', ['user', 'create', ...user, `--secret-key=${USER.secret}`]);
  return startDaemon(cluster, 'radosgw', ['-n', 'client.rgw'], cluster.gatewayPort);
}

function startDaemon(
  { folder }: Cluster,
  command: string,
  args: readonly string[],
  port: number,
): Promise<RunningServer> {
  const all = ['-c', join(folder, 'ceph.conf'), '-f', ...args];
  return startServer({ command, arguments: all, port, startMs: START_MS });
}

function run({ folder }: Cluster, command: string, args: readonly string[]): void {
  const all = ['-c', join(folder, 'ceph.conf'), ...args];
  const { status, stderr } = spawnSync(command, all, { encoding: 'utf8', timeout: START_MS });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr.slice(-2000)}`);
}

function addressesOf({ monitorPorts: [version2, version1] }: Cluster): string {
  return `[v2:127.0.0.1:${version2},v1:127.0.0.1:${version1}]`;
}

/** Without keys of its own for each part the gateway waits for ever. */
function writeConfiguration(cluster: Cluster): string {
  const { folder, storePorts } = cluster;
  return `[global]
fsid = ${cluster.id}
mon host = ${addressesOf(cluster)}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file =
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data = ${folder}/mon
mon data avail crit = 0
mon data avail warn = 0
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = ${STORE_BYTES}
ms bind port min = ${storePorts[0]}
ms bind port max = ${storePorts.at(-1)}
[client.rgw]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${cluster.gatewayPort}
`;
}
