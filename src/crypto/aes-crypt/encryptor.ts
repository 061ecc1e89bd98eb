import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { type ByteTransform, profile } from '../../base/index.ts';
import { checkPassphrase } from '../password-error.ts';
import { createHeader, type HeaderSettings } from './header-writer.ts';
import { BLOCK_BYTES, CIPHER } from './layout.ts';

export interface AesCryptEncryptorSettings extends HeaderSettings {
  /**
   * Where IVs and key come from: the public IV (16 bytes), the private IV (16), the content key (32).
   * Default: the system's secure source.
   */
  readonly randomness?: (sizeBytes: number) => Uint8Array;
}

/**
 * Encrypts a stream as AES Crypt version 2 or 3, as Duplicati reads it. The header comes with the first
 * output, which is that of `final` for an empty stream. Throws `PasswordError` `empty-passphrase` and
 * `BackupError` `iterations-out-of-range` at once. Deriving the key blocks for a few milliseconds, in version
 * 3 as long as the iterations take.
 */
export function createAesCryptEncryptor(settings: AesCryptEncryptorSettings): ByteTransform {
  checkPassphrase(settings.passphrase);
  const { header, content } = createHeader(settings, settings.randomness ?? randomBytes);
  const cipher = createCipheriv(CIPHER, content.key, content.iv).setAutoPadding(false);
  const hmac = createHmac('sha256', content.key);
  let sizeBytes = 0;
  let unsentHeader: Buffer | undefined = header;

  const encrypt = (plaintext: Uint8Array): Buffer => {
    const before = profile.enter('encrypt');
    const ciphertext = cipher.update(plaintext);
    hmac.update(ciphertext);
    profile.enter(before);
    return ciphertext;
  };
  const withHeader = (bytes: Buffer): Buffer => {
    if (unsentHeader === undefined) return bytes;
    const joined = Buffer.concat([unsentHeader, bytes]);
    unsentHeader = undefined;
    return joined;
  };
  return {
    update(bytes) {
      sizeBytes += bytes.length;
      return withHeader(encrypt(bytes));
    },
    final() {
      const remainderBytes = sizeBytes % BLOCK_BYTES;
      const last = encrypt(lastBlockFill(settings.version, remainderBytes));
      const remainder = settings.version === 2 ? Uint8Array.of(remainderBytes) : new Uint8Array(0);
      return withHeader(Buffer.concat([last, remainder, hmac.digest()]));
    },
  };
}

/**
 * Fills the last block, each byte being the number of them. Version 2 adds nothing to a full block, version 3
 * a whole block.
 */
function lastBlockFill(version: 2 | 3, remainderBytes: number): Buffer {
  const fillBytes = version === 2 && remainderBytes === 0 ? 0 : BLOCK_BYTES - remainderBytes;
  return Buffer.alloc(fillBytes, fillBytes);
}
