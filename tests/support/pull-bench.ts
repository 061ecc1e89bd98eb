import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, type LogLevel, systemClock } from '../../src/base/index.ts';
import { MirrorDatabase } from '../../src/database/index.ts';
import {
  applyWords,
  Configuration,
  claimDestination,
  type MirrorContext,
  type MirrorEvent,
  type PullOutcome,
  pullSource,
  type Source,
  type VaultPort,
} from '../../src/mirror/index.ts';
import { pullContext } from './pull-context.ts';
import { hasProgram } from './servers/server-process.ts';
import { type SshServer, startSshd } from './servers/sshd.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Why tests against real servers cannot run here, or `false`. */
export function missingForPulls(): string | false {
  const missing = ['/usr/sbin/sshd', 'ssh', 'ssh-keygen', 'rsync'].filter((name) => !hasProgram(name));
  return missing.length === 0 ? false : `needs ${missing.join(', ')}`;
}

/** A machine that pulls: its database, its destination, and everything that it tells. */
export interface PullBench {
  readonly folder: string;
  readonly destination: string;
  readonly database: MirrorDatabase;
  readonly configuration: Configuration;
  readonly context: MirrorContext;
  readonly told: { readonly level: LogLevel; readonly id: string; readonly text: string }[];
  readonly events: MirrorEvent[];
  /** Adds a source that lives on a server. */
  add(name: string, server: SshServer, words?: readonly string[]): Source;
  pull(name: string, clock?: Clock): Promise<PullOutcome>;
}

const NO_VAULT: VaultPort = { store: () => Promise.reject(new Error('there is no vault')) };

export async function createPullBench(t: TestContext, vault: VaultPort = NO_VAULT): Promise<PullBench> {
  const folder = await temporaryFolder(t);
  const destination = join(folder, 'disk');
  mkdirSync(destination);
  const database = MirrorDatabase.open(join(folder, 'data', 'mirror.sqlite'));
  t.after(() => database[Symbol.dispose]());
  const configuration = new Configuration(database, systemClock);
  const [told, events]: [PullBench['told'], MirrorEvent[]] = [[], []];
  const context = pullContext(folder, database, {
    log: { write: (level, id, text) => void told.push({ level, id, text }) },
    events: { emit: (event) => void events.push(event) },
  });
  claimDestination(
    configuration.addDestination('disk', applyWords('destination', new Map(), [`path=${destination}`])),
  );
  return {
    folder,
    destination,
    database,
    configuration,
    context,
    told,
    events,
    add: (name, server, words = []) =>
      configuration.addSource(
        name,
        'disk',
        applyWords('source', new Map(), [...loginWords(server), ...words]),
      ),
    pull: (name, clock = systemClock) =>
      pullSource(configuration.source(name), { configuration, vault }, { ...context, clock }),
  };
}

/** The fields that say how to log in, and that its data are pulled. */
export function loginWords(server: SshServer): string[] {
  return [
    'host=127.0.0.1',
    `port=${server.port}`,
    `user=${server.user}`,
    `key-file=${server.keyPath}`,
    `include=${server.dataFolder}`,
  ];
}

/** A server of its own for a test. */
export async function startServerFor(t: TestContext): Promise<SshServer> {
  const server = await startSshd();
  t.after(() => server.stop());
  return server;
}
