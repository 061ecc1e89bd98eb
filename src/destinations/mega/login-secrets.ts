import { createCipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

/** What a password becomes: a key that opens the account's, and a text that is sent instead of the password. */
export interface LoginSecrets {
  readonly key: Buffer;
  readonly proof: string;
}

const BLOCK_BYTES = 16;
const START = Buffer.from('93c467e37db0c7a4d1be3f810152cb56', 'hex');

/** The secrets of accounts of version 2, which have a salt. */
export async function saltedSecrets(password: string, salt: Buffer): Promise<LoginSecrets> {
  const stretched = await promisify(pbkdf2)(password, salt, 100_000, 2 * BLOCK_BYTES, 'sha512');
  return {
    key: stretched.subarray(0, BLOCK_BYTES),
    proof: stretched.subarray(BLOCK_BYTES).toString('base64url'),
  };
}

/** The secrets of accounts of version 1, which Mega made until 2018. */
export function plainSecrets(password: string, email: string): LoginSecrets {
  const bytes = Buffer.from(password);
  const steps = Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, index) => {
    const key = Buffer.alloc(BLOCK_BYTES);
    bytes.copy(key, 0, index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    return newCipher(key);
  });
  let key: Buffer = START;
  for (let round = 0; round < 65_536; round += 1) for (const step of steps) key = step(key);
  return { key, proof: proofOf(key, email) };
}

function proofOf(key: Buffer, email: string): string {
  const folded = Buffer.alloc(BLOCK_BYTES);
  Buffer.from(email).forEach((byte, index) => {
    folded[index % BLOCK_BYTES] = (folded[index % BLOCK_BYTES] ?? 0) ^ byte;
  });
  const step = newCipher(key);
  let hash: Buffer = folded;
  for (let round = 0; round < 16_384; round += 1) hash = step(hash);
  return Buffer.concat([hash.subarray(0, 4), hash.subarray(8, 12)]).toString('base64url');
}

function newCipher(key: Buffer): (block: Buffer) => Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return (block) => cipher.update(block);
}
