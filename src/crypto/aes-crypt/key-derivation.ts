import { hash, pbkdf2Sync } from 'node:crypto';
import { BackupError } from '../../base/index.ts';
import { IV_BYTES, KEY_BYTES } from './layout.ts';

const CHAIN_ROUNDS = 8192;

/** The iterations of version 3 where nothing else is asked for: the number of the public AES Crypt tools. */
export const AES_CRYPT_DEFAULT_ITERATIONS = 300_000;
/** More iterations are refused, reading and writing: a damaged count must not stall a restore for hours. */
export const AES_CRYPT_MAX_ITERATIONS = 5_000_000;

/**
 * The key of versions 0 to 2: starting from the public IV and zeros, 8192 times the SHA-256 of the previous
 * hash followed by the passphrase in UTF-16LE.
 */
export function deriveChainedKey(passphrase: string, publicIv: Uint8Array): Buffer {
  const secret = Buffer.from(passphrase, 'utf16le');
  const message = Buffer.alloc(KEY_BYTES + secret.length);
  message.set(publicIv.subarray(0, IV_BYTES));
  message.set(secret, KEY_BYTES);
  // A string of bytes takes a third of the time that a new buffer for every hash takes.
  for (let round = 0; round < CHAIN_ROUNDS; round++)
    message.write(hash('sha256', message, 'binary'), 0, 'binary');
  return message.subarray(0, KEY_BYTES);
}

/** The key of version 3: PBKDF2 with HMAC-SHA-512 over the passphrase in UTF-8, salted with the public IV. */
export function deriveIteratedKey(passphrase: string, publicIv: Uint8Array, iterations: number): Buffer {
  return pbkdf2Sync(Buffer.from(passphrase, 'utf8'), publicIv, iterations, KEY_BYTES, 'sha512');
}

export function isIterationCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= AES_CRYPT_MAX_ITERATIONS;
}

/** Throws `iterations-out-of-range` for a number of iterations that readers refuse. */
export function checkIterations(iterations: number): void {
  if (isIterationCount(iterations)) return;
  throw new BackupError(
    'iterations-out-of-range',
    `Cannot encrypt with ${iterations} key iterations: it must be a whole number from 1 to ${AES_CRYPT_MAX_ITERATIONS}.`,
    { hint: `Leave --aes-v3-iterations out to use ${AES_CRYPT_DEFAULT_ITERATIONS}.` },
  );
}
