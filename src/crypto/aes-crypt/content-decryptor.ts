import { createDecipheriv, createHmac, type Decipheriv, type Hmac, timingSafeEqual } from 'node:crypto';
import { type ByteTransform, FormatError, profile } from '../../base/index.ts';
import { type AesCryptHeader, wrongPassphrase } from './header-reader.ts';
import { aesCryptError, BLOCK_BYTES, CIPHER, HMAC_BYTES } from './layout.ts';

/** `strict` wants every byte of the fill to be as the format says; `any` looks only at its length. */
export type PaddingCheck = 'strict' | 'any';

/** `ignore`: the checksum at the end is not looked at, and a last block with an impossible fill is given whole. */
export type IntegrityCheck = 'check' | 'ignore';

export interface ContentChecks {
  readonly padding: PaddingCheck;
  readonly integrity: IntegrityCheck;
}

const NOTHING = Buffer.alloc(0);

/**
 * Decrypts what follows the header. It holds back as many bytes as the trailer and the last block can have, since only the end of the stream
 * says where they begin.
 */
export class ContentDecryptor implements ByteTransform {
  readonly #header: AesCryptHeader;
  readonly #padding: PaddingCheck;
  readonly #integrity: IntegrityCheck;
  readonly #decipher: Decipheriv;
  readonly #hmac: Hmac;
  readonly #trailerBytes: number;
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  #decryptedBytes = 0;

  constructor(header: AesCryptHeader, { padding, integrity }: ContentChecks) {
    const { key, iv } = header.content;
    this.#header = header;
    // Programs that write versions 0 and 1 leave anything behind the content.
    this.#padding = header.version >= 2 ? padding : 'any';
    this.#integrity = integrity;
    this.#decipher = createDecipheriv(CIPHER, key, iv).setAutoPadding(false);
    this.#hmac = createHmac('sha256', key);
    this.#trailerBytes = header.version === 1 || header.version === 2 ? 1 + HMAC_BYTES : HMAC_BYTES;
  }

  update(bytes: Uint8Array): Buffer {
    this.#hold(bytes);
    const releasedBytes = this.#heldBytes - this.#trailerBytes - BLOCK_BYTES;
    if (releasedBytes <= 0) return NOTHING;
    const released = this.#decrypt(this.#held.subarray(0, releasedBytes));
    this.#held.copyWithin(0, releasedBytes, this.#heldBytes);
    this.#heldBytes -= releasedBytes;
    return released;
  }

  final(): Buffer {
    const held = this.#held.subarray(0, this.#heldBytes);
    const lastBytes = held.length - this.#trailerBytes;
    if (lastBytes < 0 || (this.#decryptedBytes + lastBytes) % BLOCK_BYTES !== 0) {
      throw aesCryptError('volume-truncated', 'it ends too early');
    }
    const trailer = held.subarray(lastBytes);
    const last = this.#decrypt(held.subarray(0, lastBytes));
    if (this.#integrity === 'ignore') return this.#stripIfPossible(last, trailer);
    if (!timingSafeEqual(this.#hmac.digest(), trailer.subarray(trailer.length - HMAC_BYTES))) {
      throw this.#authenticationFailure();
    }
    const remainderBytes = this.#header.version === 3 ? undefined : this.#remainderBytes(trailer);
    return stripFill(last, remainderBytes, this.#padding);
  }

  #hold(bytes: Uint8Array): void {
    const neededBytes = this.#heldBytes + bytes.length;
    if (neededBytes > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(neededBytes);
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes += bytes.length;
  }

  #decrypt(ciphertext: Uint8Array): Buffer {
    if (ciphertext.length === 0) return NOTHING;
    this.#decryptedBytes += ciphertext.length;
    const before = profile.enter('encrypt');
    this.#hmac.update(ciphertext);
    const plaintext = this.#decipher.update(ciphertext);
    profile.enter(before);
    return plaintext;
  }

  #stripIfPossible(last: Buffer, trailer: Buffer): Buffer {
    try {
      const remainderBytes = this.#header.version === 3 ? undefined : this.#remainderBytes(trailer);
      return stripFill(last, remainderBytes, 'any');
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return last;
    }
  }

  /** Version 0 has no other place where a wrong passphrase would show. */
  #authenticationFailure(): Error {
    if (this.#header.version === 0) return wrongPassphrase();
    return aesCryptError(
      'volume-corrupt',
      'its content is damaged or cut short (the checksum at its end differs)',
    );
  }

  #remainderBytes(trailer: Buffer): number {
    return this.#header.remainderBytes ?? trailer.readUInt8(0);
  }
}

/** The last block without its fill. `remainderBytes` is how much of the block is content, 0 for all; without it the last byte counts the fill. */
function stripFill(last: Buffer, remainderBytes: number | undefined, padding: PaddingCheck): Buffer {
  if (remainderBytes === 0) return last;
  if (last.length === 0) throw aesCryptError('volume-corrupt', 'the last block is missing');
  const count = last.readUInt8(last.length - 1);
  const fillBytes = remainderBytes === undefined ? count : BLOCK_BYTES - remainderBytes;
  if (fillBytes < 1 || fillBytes > BLOCK_BYTES) {
    throw aesCryptError('volume-corrupt', 'the length of the last block is impossible');
  }
  const fill = last.subarray(BLOCK_BYTES - fillBytes);
  if (padding === 'strict' && fill.some((byte) => byte !== fillBytes)) {
    throw aesCryptError('volume-corrupt', 'the last block is not filled as it should be');
  }
  return last.subarray(0, BLOCK_BYTES - fillBytes);
}
