import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes of a key, and of a block, of AES-128. */
const KEY_BYTES = 16;
const NONCE_BYTES = 8;
const ATTRIBUTES_START = 'MEGA';

/** What opens a file: the key of its bytes, the nonce of its counters, and the checksum that its bytes must have. */
export interface FileKey {
  readonly key: Buffer;
  readonly nonce: Buffer;
  readonly checksum: Buffer;
}

/** The three parts of a file's key in the one that is stored: the first half is covered by the second one. */
export function splitFileKey(stored: Buffer): FileKey {
  const rest = stored.subarray(KEY_BYTES, 2 * KEY_BYTES);
  return {
    key: xor(stored.subarray(0, KEY_BYTES), rest),
    nonce: rest.subarray(0, NONCE_BYTES),
    checksum: rest.subarray(NONCE_BYTES),
  };
}

export function joinFileKey({ key, nonce, checksum }: FileKey): Buffer {
  const rest = Buffer.concat([nonce, checksum]);
  return Buffer.concat([xor(key, rest), rest]);
}

/** A fresh key, whose checksum is still to be calculated. */
export function randomFileKey(): Omit<FileKey, 'checksum'> {
  return { key: randomBytes(KEY_BYTES), nonce: randomBytes(NONCE_BYTES) };
}

/** Blocks of 16 bytes, each sealed by itself, as keys are. */
export function sealBlocks(key: Buffer, blocks: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

export function openBlocks(key: Buffer, sealed: Buffer): Buffer {
  const cipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(sealed), cipher.final()]);
}

/** What is said of a file or folder, sealed with its own key. */
export function sealAttributes(key: Buffer, attributes: Readonly<Record<string, unknown>>): string {
  const text = Buffer.from(`${ATTRIBUTES_START}${JSON.stringify(attributes)}`);
  const padded = Buffer.alloc(Math.ceil(text.length / KEY_BYTES) * KEY_BYTES);
  text.copy(padded);
  const cipher = createCipheriv('aes-128-cbc', key, Buffer.alloc(KEY_BYTES)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64url');
}

/** The JSON text in such a seal; `undefined` where another key made it. */
export function openAttributes(key: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length === 0 || bytes.length % KEY_BYTES !== 0) return undefined;
  const cipher = createDecipheriv('aes-128-cbc', key, Buffer.alloc(KEY_BYTES)).setAutoPadding(false);
  const text = Buffer.concat([cipher.update(bytes), cipher.final()])
    .toString()
    .replace(/\0+$/, '');
  return text.startsWith(`${ATTRIBUTES_START}{`) ? text.slice(ATTRIBUTES_START.length) : undefined;
}

/** Seals and opens the bytes of a file from `offset` on; each piece is changed into another one. */
export function fileCipher(
  { key, nonce }: Omit<FileKey, 'checksum'>,
  offset = 0,
): (bytes: Uint8Array) => Buffer {
  const counter = Buffer.alloc(KEY_BYTES);
  nonce.copy(counter);
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / KEY_BYTES)), NONCE_BYTES);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  cipher.update(Buffer.alloc(offset % KEY_BYTES));
  return (bytes) => cipher.update(bytes);
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}
