import type { KeyObject } from 'node:crypto';
import { FormatError, type FormatErrorCode } from '../../base/index.ts';

/**
 * The AES Crypt stream format: `AES`, version, a reserved byte; extensions; the public IV; under the
 * passphrase's key the private IV and the content key with their HMAC; the content under the content key; the
 * length of its last block (not in version 3); the HMAC of the ciphertext. Numbers are big-endian, the cipher
 * is AES-256-CBC, HMACs use SHA-256. Source: the public AES Crypt stream format description.
 */
export type AesCryptVersion = 0 | 1 | 2 | 3;

export const MAGIC = Buffer.from('AES', 'latin1');
export const CIPHER = 'aes-256-cbc';
export const BLOCK_BYTES = 16;
export const IV_BYTES = 16;
export const KEY_BYTES = 32;
export const HMAC_BYTES = 32;
/** Magic, version and reserved byte. */
export const START_BYTES = 5;
/** The private IV and the content key, encrypted together. */
export const SEALED_BYTES = IV_BYTES + KEY_BYTES;

/**
 * What decrypts the content and checks it. Node looks at a key that is plain bytes by way of an error with its
 * stack, which costs more than a short read does.
 */
export interface ContentKey {
  readonly iv: Buffer;
  readonly key: KeyObject;
}

/** A `FormatError` about the encryption layer. `why` follows "Cannot decrypt: ". */
export function aesCryptError(code: FormatErrorCode, why: string): FormatError {
  return new FormatError(code, `Cannot decrypt: ${why}.`);
}
