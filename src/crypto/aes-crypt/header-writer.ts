import { createCipheriv, createHmac, createSecretKey } from 'node:crypto';
import {
  AES_CRYPT_DEFAULT_ITERATIONS,
  checkIterations,
  deriveChainedKey,
  deriveIteratedKey,
} from './key-derivation.ts';
import { CIPHER, type ContentKey, IV_BYTES, KEY_BYTES, MAGIC } from './layout.ts';

export interface HeaderSettings {
  readonly passphrase: string;
  readonly version: 2 | 3;
  /** PBKDF2 iterations of version 3. */
  readonly iterations?: number;
  /** Leaves out the extensions. */
  readonly minimalHeader?: boolean;
}

/** Makes the public IV, the private IV and the content key, in this order, and the header that carries them. */
export function createHeader(
  settings: HeaderSettings,
  randomness: (sizeBytes: number) => Uint8Array,
): { readonly header: Buffer; readonly content: ContentKey } {
  const { passphrase, version, iterations = AES_CRYPT_DEFAULT_ITERATIONS } = settings;
  if (version === 3) checkIterations(iterations);
  const publicIv = randomness(IV_BYTES);
  const iv = Buffer.from(randomness(IV_BYTES));
  const contentKey = Buffer.from(randomness(KEY_BYTES));
  const key =
    version === 3
      ? deriveIteratedKey(passphrase, publicIv, iterations)
      : deriveChainedKey(passphrase, publicIv);
  const header = Buffer.concat([
    MAGIC,
    Buffer.from([version, 0]),
    settings.minimalHeader === true ? NO_EXTENSIONS : DEFAULT_EXTENSIONS,
    ...(version === 3 ? [encodeIterations(iterations)] : []),
    publicIv,
    seal([iv, contentKey], key, publicIv, version),
  ]);
  return { header, content: { iv, key: createSecretKey(contentKey) } };
}

/** The parts of the content key encrypted and authenticated; version 3 authenticates its number too. */
function seal(parts: readonly Buffer[], key: Buffer, publicIv: Uint8Array, version: 2 | 3): Buffer {
  const cipher = createCipheriv(CIPHER, key, publicIv).setAutoPadding(false);
  const sealed = Buffer.concat([...parts.map((part) => cipher.update(part)), cipher.final()]);
  const hmac = createHmac('sha256', key).update(sealed);
  if (version === 3) hmac.update(Uint8Array.of(version));
  return Buffer.concat([sealed, hmac.digest()]);
}

function encodeIterations(iterations: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(iterations);
  return bytes;
}

/** An extension record: its length, its identifier, a zero byte, its value. */
function encodeExtension(identifier: string, value: Uint8Array): Buffer {
  const record = Buffer.concat([Buffer.from(identifier, 'utf8'), Uint8Array.of(0), value]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(record.length);
  return Buffer.concat([length, record]);
}

const NO_EXTENSIONS = Buffer.from([0, 0]);

// The nameless record keeps room for another program to add its own in place, as the format's description proposes.
const DEFAULT_EXTENSIONS = Buffer.concat([
  encodeExtension('CREATED_BY', Buffer.from('ashlar', 'utf8')),
  encodeExtension('', Buffer.alloc(127)),
  NO_EXTENSIONS,
]);
