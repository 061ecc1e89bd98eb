import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Source } from '../configuration/configuration.ts';
import type { Tools } from '../tools.ts';
import { quoteForRsync } from './quote.ts';
import { renderSshConfig } from './ssh-config.ts';

/** The way to one source for one run: a written `ssh_config`, and the file of host keys that it names. */
export interface Connection extends Disposable {
  /** Arguments of `ssh` up to the name of the host. */
  readonly arguments: readonly string[];
  /** The argument of `rsync -e`. */
  readonly rsyncShell: string;
  /** `user@host:port`, for messages. */
  readonly shown: string;
  /** True until `pin`, where no key was known at the beginning: the next connection accepts what it is shown. */
  readonly isFirst: () => boolean;
  /** From now on only the keys that are known are accepted. */
  readonly pin: () => void;
  /** SHA-256 fingerprints of the keys that are known, as `ssh` prints them. */
  readonly fingerprints: () => readonly string[];
}

/**
 * Writes what `ssh` needs for a source. Host keys stay in `<state folder>/known-hosts`, a file for each way
 * to a server; the rest goes with the connection.
 */
export function openConnection(source: Source, tools: Tools): Connection {
  const { settings } = source;
  const [host, user, port] = [settings.get('host'), settings.get('user'), settings.get('port')];
  const folder = mkdtempSync(join(tools.temporaryFolder, 'ashlar-ssh-'));
  const knownHosts = prepareKnownHosts(source, tools);
  const config = join(folder, 'config');
  const given = settings.get('host-key') ?? [];
  const jump = settings.get('jump');
  const known = readKeys(knownHosts).length;
  // Of a jump host no key can be given, so that its own is pinned on the first connection through it.
  let isFirst = known === 0 || (jump !== undefined && known <= given.length);
  const write = (): void =>
    writeFileSync(
      config,
      renderSshConfig({
        host,
        user,
        port,
        keyFile: settings.get('key-file'),
        jump,
        connectSeconds: settings.get('connect-seconds'),
        knownHosts,
        home: tools.environment['HOME'] ?? homedir(),
        hostChecking: isFirst && given.length === 0 ? 'accept-new' : 'yes',
        jumpChecking: isFirst ? 'accept-new' : 'yes',
      }),
      { mode: 0o600 },
    );
  write();
  return {
    shown: `${user}@${host}:${port}`,
    arguments: ['-F', config, '-T'],
    rsyncShell: `${quoteForRsync(tools.ssh)} -F ${quoteForRsync(config)} -T`,
    isFirst: () => isFirst,
    pin: () => {
      isFirst = false;
      write();
    },
    fingerprints: () => readKeys(knownHosts).map(toFingerprint),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Forgets the keys of the way to a source, so that the next connection pins what it is shown. True when there
 * were any.
 */
export function forgetHostKeys(source: Source, stateFolder: string): boolean {
  const path = knownHostsPath(source, stateFolder);
  const wasThere = existsSync(path);
  rmSync(path, { force: true });
  return wasThere;
}

/** The file with the keys of this way to the server; given keys are written into it when it is new. */
function prepareKnownHosts(source: Source, tools: Tools): string {
  const { settings } = source;
  const path = knownHostsPath(source, tools.stateFolder);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const given = settings.get('host-key') ?? [];
  if (given.length > 0 && !existsSync(path)) {
    const [host, port] = [settings.get('host'), settings.get('port')];
    const name = port === 22 ? host : `[${host}]:${port}`;
    writeFileSync(path, given.map((key) => `${name} ${key.trim()}\n`).join(''), { mode: 0o600 });
  }
  return path;
}

/** One file for each way to a server, so that another host, port, jump or given key begins anew. */
function knownHostsPath({ settings }: Source, stateFolder: string): string {
  const way = [
    settings.get('host'),
    settings.get('port'),
    settings.get('jump') ?? '',
    settings.get('host-key') ?? [],
  ];
  const digest = createHash('sha256').update(JSON.stringify(way)).digest('hex');
  return join(stateFolder, 'known-hosts', digest.slice(0, 32));
}

interface HostKey {
  readonly host: string;
  readonly type: string;
  readonly key: string;
}

function readKeys(knownHosts: string): HostKey[] {
  if (!existsSync(knownHosts)) return [];
  return readFileSync(knownHosts, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [host, type, key] = line.split(' ');
      return host === undefined || type === undefined || key === undefined ? [] : [{ host, type, key }];
    });
}

function toFingerprint({ host, type, key }: HostKey): string {
  const hash = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `${host} ${type} SHA256:${hash.replaceAll('=', '')}`;
}
