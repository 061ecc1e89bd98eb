import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';

/** Microsoft's emulator of Azure's blob service, with the account that it publishes. */
export interface AzuriteServer extends RunningServer {
  readonly endpoint: string;
  readonly account: string;
  readonly key: string;
}

/** Found once, so that a server may be started in another folder for temporary files. */
const HOME = join(tmpdir(), 'ashlar-azurite');
const PACKAGE = 'azurite@3.35.0';
const ACCOUNT = 'devstoreaccount1';
/** The emulator's published key, which opens nothing else. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** The emulator's program, fetched once into the folder for temporary files; `undefined` where that is not possible. */
export async function findAzurite(): Promise<string | undefined> {
  const program = join(HOME, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js');
  if (existsSync(program)) return program;
  await mkdir(HOME, { recursive: true });
  spawnSync('npm', ['install', '--prefix', HOME, '--no-save', '--ignore-scripts', PACKAGE], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  return existsSync(program) ? program : undefined;
}

const QUIETLY = ['--silent', '--skipApiVersionCheck', '--disableTelemetry'] as const;

export async function startAzurite(program: string): Promise<AzuriteServer> {
  const folder = await serverFolder();
  const port = await freePort();
  const place = ['--location', folder, '--blobHost', '127.0.0.1', '--blobPort', String(port)];
  const server = await startServer({
    command: process.execPath,
    // Else it takes the first part of a host's name for the account.
    arguments: [program, ...place, ...QUIETLY, '--disableProductStyleUrl'],
    port,
    folder,
  });
  return {
    port,
    endpoint: `http://127.0.0.1:${port}/${ACCOUNT}`,
    account: ACCOUNT,
    key: KEY,
    stop: server.stop,
  };
}
