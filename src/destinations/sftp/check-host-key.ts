import { DestinationError } from '../destination-error.ts';
import { type HostKey, hasFingerprint, md5Fingerprint, namedKeyType, sha256Fingerprint } from './host-key.ts';
import { findKnownHost, type KnownHost } from './known-hosts.ts';

/** By what a server is recognised. */
export interface HostTrust {
  readonly host: string;
  readonly port: number;
  readonly acceptsAny: boolean;
  readonly fingerprint: string | undefined;
  /** The text of the files of known servers; not read where a fingerprint is given. */
  readonly knownHostsText: string;
}

/** The types of key by which the server can be recognised. */
export function knownKeyTypes(trust: HostTrust): readonly string[] {
  const named = trust.fingerprint === undefined ? undefined : namedKeyType(trust.fingerprint);
  if (named !== undefined) return [named.startsWith('rsa-') ? 'ssh-rsa' : named];
  return knownHost(trust).keys.map(({ type }) => type);
}

/** Throws `destination-refused` unless the server with this key is the one that the user means. */
export function checkHostKey(trust: HostTrust, key: HostKey): void {
  if (trust.acceptsAny) return;
  const { keys, revoked } = knownHost(trust);
  if (trust.fingerprint !== undefined) {
    if (!hasFingerprint(key, trust.fingerprint)) throw changedKey(trust, key);
    return;
  }
  if (revoked.some((other) => other.blob.equals(key.blob))) throw revokedKey(trust);
  if (keys.some((other) => other.blob.equals(key.blob))) return;
  throw keys.length > 0 ? changedKey(trust, key) : unknownKey(trust, key);
}

function knownHost({ fingerprint, knownHostsText, host, port }: HostTrust): KnownHost {
  return findKnownHost(fingerprint === undefined ? knownHostsText : '', host, port);
}

function changedKey({ host }: HostTrust, key: HostKey): DestinationError {
  return new DestinationError(
    'destination-refused',
    `The server ${host} showed another key than the one it is known by: ${sha256Fingerprint(key)} (${md5Fingerprint(key)}).`,
    {
      details: { host, fingerprint: sha256Fingerprint(key) },
      hint: 'Somebody may be between you and the server. Ask its administrator; if the key was changed on purpose, give the new one as --ssh-fingerprint.',
    },
  );
}

function unknownKey({ host }: HostTrust, key: HostKey): DestinationError {
  return new DestinationError(
    'destination-refused',
    `The server ${host} is not known; its key has the fingerprint ${sha256Fingerprint(key)} (${md5Fingerprint(key)}).`,
    {
      details: { host, fingerprint: sha256Fingerprint(key) },
      hint: 'If that is the right server, give the fingerprint as --ssh-fingerprint, or connect once with ssh.',
    },
  );
}

function revokedKey({ host }: HostTrust): DestinationError {
  return new DestinationError('destination-refused', `The key of the server ${host} was revoked.`, {
    details: { host },
    hint: 'The file of known servers marks it as @revoked. Ask the administrator of the server.',
  });
}
