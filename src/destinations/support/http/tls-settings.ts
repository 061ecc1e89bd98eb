import { readFileSync } from 'node:fs';
import { rootCertificates, type TLSSocket } from 'node:tls';
import { fingerprintsOf, parseFingerprints } from '../../../base/index.ts';
import type { ProgramSettings } from '../../../options/index.ts';
import { DestinationError } from '../../destination-error.ts';
import { certificateFault, untrusted } from './network-failure.ts';

/** Which certificates of servers are accepted. */
export interface TlsSettings {
  readonly acceptsAny: boolean;
  /**
   * SHA-1 or SHA-256 of certificates, lower-case hex without colons; they are accepted although nothing else
   * vouches for them.
   */
  readonly fingerprints: readonly string[];
  /** Further authorities, PEM. */
  readonly authorities: string | undefined;
}

/**
 * Reads the TLS options that every destination shares. Throws `destination-refused` for a file of authorities
 * that cannot be read.
 */
export function readTlsSettings(settings: ProgramSettings): TlsSettings {
  const path = settings.get('ca-certificate-file');
  return {
    acceptsAny: settings.get('accept-any-ssl-certificate'),
    fingerprints: parseFingerprints(settings.get('accept-specified-ssl-hash') ?? ''),
    authorities: path === undefined ? undefined : readAuthorities(path),
  };
}

/** The settings for Node's TLS. Where fingerprints count, `checkCertificate` must be called before anything is sent. */
export function connectionOptions({ acceptsAny, fingerprints, authorities }: TlsSettings): {
  readonly rejectUnauthorized: boolean;
  readonly maxCachedSessions?: number;
  readonly ca?: string[];
} {
  const rejectUnauthorized = !acceptsAny && fingerprints.length === 0;
  return {
    rejectUnauthorized,
    // A resumed session is not compared with the name of the host again, so one that was refused before could pass.
    ...(rejectUnauthorized ? {} : { maxCachedSessions: 0 }),
    ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities] }),
  };
}

/** True until `secureConnect`. (Node sets the property on every TLS socket; its types do not have it.) */
export function isShakingHands(socket: TLSSocket): boolean {
  return 'secureConnecting' in socket && socket.secureConnecting === true;
}

/** Throws `destination-refused` unless the certificate of an established connection is accepted. */
export function checkCertificate(socket: TLSSocket, tls: TlsSettings, host: string): void {
  if (socket.authorized || tls.acceptsAny) return;
  const seen = fingerprintsOf(socket.getPeerCertificate(true));
  if (seen.some((fingerprint) => tls.fingerprints.includes(fingerprint))) return;
  const [sha256 = 'unknown'] = seen;
  const reason = certificateFault(socket.authorizationError);
  throw untrusted(host, `${reason}, and its SHA-256 is ${sha256}`);
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DestinationError('destination-refused', `Cannot read the certificates in '${path}'.`, {
      details: { path },
      hint: 'Check the option --ca-certificate-file.',
      cause: error,
    });
  }
}
