import { createSign } from 'node:crypto';

/**
 * A JSON Web Token signed with an RSA key (RS256 of RFC 7518), with which a service account proves who it is.
 * `privateKey` is PEM; throws what OpenSSL says of one that is none.
 */
export function signStatement(claims: Readonly<Record<string, unknown>>, privateKey: string): string {
  const statement = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('RSA-SHA256').update(statement).sign(privateKey, 'base64url');
  return `${statement}.${signature}`;
}
