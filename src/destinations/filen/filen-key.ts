import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes, randomInt } from 'node:crypto';

/** 2: keys are 32 letters. 3: keys are 32 bytes, written in hexadecimal. Both for accounts and for files. */
export type KeyVersion = 2 | 3;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** One key of Filen's, by which an account seals what it says of files, and a file its bytes (AES-256-GCM). */
export class FilenKey {
  /** As it is kept in metadata. */
  readonly text: string;
  readonly version: KeyVersion;
  readonly #bytes: Buffer;
  #derived: Buffer | undefined;

  constructor(text: string, version: KeyVersion) {
    this.text = text;
    this.version = version;
    this.#bytes = Buffer.from(text, version === 3 ? 'hex' : 'utf8');
  }

  /** A fresh key for a file. */
  static random(version: KeyVersion): FilenKey {
    return new FilenKey(version === 3 ? randomBytes(32).toString('hex') : randomLetters(32), version);
  }

  /** A text sealed as all clients of Filen read it: its version, the nonce, and the rest in Base64. */
  sealText(text: string): string {
    const bytes = Buffer.from(text);
    if (this.version === 3) {
      const nonce = randomBytes(NONCE_BYTES);
      return `003${nonce.toString('hex')}${seal(this.#bytes, nonce, bytes).toString('base64')}`;
    }
    const nonce = randomLetters(NONCE_BYTES);
    return `002${nonce}${seal(this.#keyForTexts, Buffer.from(nonce), bytes).toString('base64')}`;
  }

  /** The text in a seal of either version; `undefined` where it was not sealed with this key. */
  openText(sealed: string): string | undefined {
    const version = sealed.slice(0, 3);
    const nonceEnd = 3 + (version === '003' ? 2 * NONCE_BYTES : NONCE_BYTES);
    const nonce = Buffer.from(sealed.slice(3, nonceEnd), version === '003' ? 'hex' : 'utf8');
    const key = version === '003' ? this.#bytes : this.#keyForTexts;
    if ((version !== '002' && version !== '003') || nonce.length !== NONCE_BYTES || key.length !== 32)
      return undefined;
    return open(key, nonce, Buffer.from(sealed.slice(nonceEnd), 'base64'))?.toString();
  }

  /** Bytes of a file, sealed, with the nonce in front. */
  sealBytes(bytes: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    return Buffer.concat([nonce, seal(this.#bytes, nonce, bytes)]);
  }

  /** The bytes in a seal; `undefined` where they were changed or sealed with another key. */
  openBytes(sealed: Buffer): Buffer | undefined {
    return open(this.#bytes, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES));
  }

  get #keyForTexts(): Buffer {
    this.#derived ??= pbkdf2Sync(this.text, this.text, 1, 32, 'sha512');
    return this.#derived;
  }
}

/** Letters that a name, a nonce or a key of Filen's may consist of. */
export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

function seal(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, nonce: Uint8Array, sealed: Buffer): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const cipher = createDecipheriv('aes-256-gcm', key, nonce);
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
  } catch {
    return undefined;
  }
}
