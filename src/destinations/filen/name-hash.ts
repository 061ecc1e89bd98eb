import { createHash, createHmac, createPrivateKey, hkdfSync } from 'node:crypto';

/** By what the server tells names apart without knowing them: it is not to depend on capitals. */
export type NameHash = (name: string) => string;

/** That of accounts of version 2. */
export function plainNameHash(name: string): string {
  const inner = createHash('sha512').update(name.toLowerCase()).digest('hex');
  return createHash('sha1').update(inner).digest('hex');
}

/** That of accounts of version 3, whose key is derived from the private RSA key of the account (PKCS #8 in Base64). */
export function keyedNameHash(privateKey: string): NameHash {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  const exponent = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  const secret = Buffer.from(hkdfSync('sha256', exponent, Buffer.alloc(0), 'hmac-sha256-key', 32));
  return (name) => createHmac('sha256', secret).update(name.toLowerCase()).digest('hex');
}
