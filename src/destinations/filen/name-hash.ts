import { createHash, createHmac, hkdfSync } from 'node:crypto';

/** By what the server tells names apart without knowing them: it is not to depend on capitals. */
export type NameHash = (name: string) => string;

/** That of accounts of version 2. */
export function plainNameHash(name: string): string {
  const inner = createHash('sha512').update(name.toLowerCase()).digest('hex');
  return createHash('sha1').update(inner).digest('hex');
}

/** That of accounts of version 3, whose key is derived from the private key of the account (Base64). */
export function keyedNameHash(privateKey: string): NameHash {
  const bytes = Buffer.from(privateKey, 'base64');
  const secret = Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), 'hmac-sha256-key', 32));
  return (name) => createHmac('sha256', secret).update(name.toLowerCase()).digest('hex');
}
