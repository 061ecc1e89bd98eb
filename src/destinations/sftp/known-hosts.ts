import { createHmac } from 'node:crypto';
import { type HostKey, readHostKey } from './host-key.ts';

export interface KnownHost {
  /** Keys that the files vouch for. */
  readonly keys: readonly HostKey[];
  /** Keys that must never be accepted. */
  readonly revoked: readonly HostKey[];
}

/**
 * What the text of `known_hosts` files says of a server. The format is that of OpenSSH's sshd(8); lines about
 * certificates are passed over.
 */
export function findKnownHost(text: string, host: string, port: number): KnownHost {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const keys: HostKey[] = [];
  const revoked: HostKey[] = [];
  for (const line of text.split(/\r?\n/)) {
    const entry = readLine(line);
    if (entry === undefined || !isMeant(entry.hosts, name)) continue;
    if (entry.marker === undefined) keys.push(entry.key);
    if (entry.marker === '@revoked') revoked.push(entry.key);
  }
  return { keys, revoked };
}

interface Entry {
  readonly marker: string | undefined;
  readonly hosts: string;
  readonly key: HostKey;
}

function readLine(line: string): Entry | undefined {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  const [hosts, type, key] = words;
  if (hosts === undefined || hosts.startsWith('#') || type === undefined || key === undefined)
    return undefined;
  return { marker, hosts, key: readHostKey(Buffer.from(key, 'base64')) };
}

/** Whether one of the patterns means a host, and none excludes it. */
function isMeant(hosts: string, name: string): boolean {
  const patterns = hosts.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  const [, salt, digest] = /^\|1\|([^|]+)\|([^|]+)$/.exec(pattern) ?? [];
  if (salt !== undefined) {
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === digest;
  }
  const escaped = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);
}
