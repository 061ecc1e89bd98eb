import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real server for tests, on a port of this machine. */
export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly port: number;
  /** The address that it listens at; 127.0.0.1 when absent. */
  readonly host?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Its own folder, which `stop` removes. */
  readonly folder?: string;
  /** How long its start may take; 20 seconds when absent. */
  readonly startMs?: number;
}

const START_MS = 60_000;
const STEP_MS = 20;

/** True when a program is there, so that tests which need it do not have to be skipped. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/**
 * Below those that the system gives to outgoing connections, any of which could take a port away before its
 * server listens.
 */
const PORTS = { from: 10_000, below: 32_768 };
/** Their servers may not listen yet. */
const given = new Set<number>();

/** A port that nobody listens on just now, at no address of this machine. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Ports one after another that nobody listens on just now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  for (;;) {
    const first = randomInt(PORTS.from, PORTS.below - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => given.has(port))) continue;
    for (const port of ports) given.add(port);
    const areFree = await Promise.all(ports.map(isFree));
    if (areFree.every((free) => free)) return ports;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** A folder for one server: the `folder` of its command, or for `removeServerFolder` once several have ended. */
export async function serverFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ashlar-server-'));
}

/** Starts a program that stays in the foreground, and resolves when its port answers. */
export async function startServer({
  command,
  arguments: args,
  port,
  host = '127.0.0.1',
  environment = {},
  folder,
  startMs = START_MS,
}: ServerCommand): Promise<RunningServer> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => void said.push(String(text)));
  try {
    await answering({ host, port }, child, startMs);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${command} did not start: ${said.join('')}`, { cause: error });
  }
  return {
    port,
    stop: async () => {
      await stopProcess(child);
      if (folder !== undefined) await removeServerFolder(folder);
    },
  };
}

/**
 * Starts servers that need one another, one after the other. The function that it gives ends them from the
 * last on and removes their folder, which also happens when one of them does not start.
 */
export async function startInTurn(
  folder: string,
  starters: readonly (() => Promise<RunningServer>)[],
): Promise<() => Promise<void>> {
  const servers: RunningServer[] = [];
  const stop = async (): Promise<void> => {
    for (const server of servers.toReversed()) await server.stop();
    await removeServerFolder(folder);
  };
  try {
    for (const starter of starters) servers.push(await starter());
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Removes the folder of a server that has ended. */
export async function removeServerFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function answering(
  { host, port }: { readonly host: string; readonly port: number },
  child: ChildProcess,
  startMs: number,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < startMs; waitedMs += STEP_MS) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const socket = connect(port, host);
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'error').catch(() => []),
    ]).catch(() => ['error']);
    socket.destroy();
    if (event === 'connect') return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  throw new Error('its port does not answer');
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}
