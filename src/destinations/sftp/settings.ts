import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SocksProxy } from '../../base/proxies/index.ts';
import type { DestinationRequest } from '../descriptor.ts';
import { findCredentials } from '../support/credentials.ts';
import { readLineProxy } from '../support/line-proxy.ts';

export interface SftpSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  /** Where the private key comes from. */
  readonly key: PrivateKeySource | undefined;
  readonly agentSocket: string | undefined;
  /** As the server understands it: absolute, or from the login folder. */
  readonly folder: string;
  readonly acceptsAnyHost: boolean;
  readonly fingerprint: string | undefined;
  readonly knownHostsPaths: readonly string[];
  readonly keepaliveMs: number;
  /** 0 is no limit. */
  readonly limits: { readonly shortMs: number; readonly listMs: number; readonly transferMs: number };
  readonly proxy: SocksProxy | undefined;
}

export type PrivateKeySource = { readonly text: string } | { readonly path: string };

/** Reads URL and options; touches neither network nor disk. Throws `destination-refused`. */
export function readSftpSettings(request: DestinationRequest): SftpSettings {
  const { url, settings } = request;
  const { user, password } = findCredentials(request);
  const host = url.host ?? '';
  const port = url.port ?? 22;
  return {
    host,
    port,
    // As ssh does.
    user: user ?? userInfo().username,
    password,
    key: readKeySource(settings.get('ssh-key') || settings.get('ssh-keyfile') || undefined, {
      isText: (settings.get('ssh-key') ?? '') !== '',
    }),
    agentSocket: settings.get('ssh-disable-agent') ? undefined : settings.get('ssh-agent-socket'),
    folder: settings.get('ssh-relative-path') ? relativeFolder(url.path) : absoluteFolder(url.path),
    acceptsAnyHost: settings.get('ssh-accept-any-fingerprints'),
    fingerprint: settings.get('ssh-fingerprint') || undefined,
    knownHostsPaths: knownHostsPaths(settings.get('ssh-known-hosts')),
    keepaliveMs: settings.get('ssh-keepalive'),
    limits: {
      shortMs: settings.get('short-timeout'),
      listMs: settings.get('list-timeout'),
      transferMs: settings.get('read-write-timeout'),
    },
    proxy: readLineProxy(settings, { host, port, protocol: 'SFTP' }),
  };
}

const KEY_IN_URL = 'sshkey://';

function readKeySource(
  given: string | undefined,
  { isText }: { readonly isText: boolean },
): PrivateKeySource | undefined {
  if (given === undefined) return undefined;
  if (given.startsWith(KEY_IN_URL)) return { text: decodeKey(given.slice(KEY_IN_URL.length)) };
  return isText ? { text: given } : { path: given };
}

/** The text may have been decoded already where it stood in a URL, and a key holds no percent signs of its own. */
function decodeKey(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text;
}

function absoluteFolder(path: string): string {
  return `/${withoutEndSlashes(path).replace(/^\/+/, '')}`;
}

function relativeFolder(path: string): string {
  return withoutEndSlashes(path).replace(/^\/+/, '') || '.';
}

function withoutEndSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

function knownHostsPaths(given: string | undefined): readonly string[] {
  if (given !== undefined && given !== '') return [given];
  return [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'];
}
