import { createHash, randomBytes } from 'node:crypto';

/** What a server asks for, so that a login proves the password without sending it. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  /** Whether the login is bound to a count of its uses, as all but very old servers want. */
  readonly isCounted: boolean;
  readonly opaque: string | undefined;
}

/**
 * Finds the Digest challenge among those of a `WWW-Authenticate` header; `undefined` where there is none that
 * can be met. (RFC 7616.)
 */
export function parseDigestChallenge(header: string): DigestChallenge | undefined {
  const start = /(?:^|,)\s*Digest\s/i.exec(header);
  if (start === null) return undefined;
  const parameters = readParameters(header.slice(start.index + start[0].length));
  const algorithm = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  const qop = parameters.get('qop');
  const [realm, nonce] = [parameters.get('realm'), parameters.get('nonce')];
  if (realm === undefined || nonce === undefined) return undefined;
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256') return undefined;
  if (qop !== undefined && !/(?:^|[\s,])auth(?:$|[\s,])/i.test(qop)) return undefined;
  return { realm, nonce, algorithm, isCounted: qop !== undefined, opaque: parameters.get('opaque') };
}

export interface DigestLogin {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** Path and query as in the request line. */
  readonly uri: string;
  /** How often this challenge was answered, this time included. */
  readonly useCount: number;
  readonly clientNonce?: string;
}

/** The `Authorization` header that meets a challenge. */
export function answerDigest(challenge: DigestChallenge, login: DigestLogin): string {
  const { realm, nonce, algorithm, isCounted, opaque } = challenge;
  const { user, password, method, uri, clientNonce = randomBytes(12).toString('hex') } = login;
  const hash = (...parts: readonly string[]): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(parts.join(':'))
      .digest('hex');
  const useCount = login.useCount.toString(16).padStart(8, '0');
  const count = isCounted ? [useCount, clientNonce, 'auth'] : [];
  const response = hash(hash(user, realm, password), nonce, ...count, hash(method, uri));
  const fields = [
    `username=${quote(user)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(isCounted ? ['qop=auth', `nc=${useCount}`, `cnonce=${quote(clientNonce)}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
  ];
  return `Digest ${fields.join(', ')}`;
}

/** The parameters up to the next challenge of the header. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const pattern = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/y;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, name = '', quoted, plain = ''] = match;
    parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain);
  }
  return parameters;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
