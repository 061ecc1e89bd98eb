import { createDecipheriv, createHmac, type Decipheriv, type Hmac } from 'node:crypto';
import { type ByteTransform, profile } from '../../base/index.ts';
import type { AesCryptHeader } from './header-reader.ts';
import { aesCryptError, BLOCK_BYTES, CIPHER } from './layout.ts';
import { checkHmac, type PaddingCheck, stripFill, stripFillIfPossible, trailerBytes } from './trailer.ts';

/** `ignore`: the checksum at the end is not looked at, and a last block with an impossible fill is given whole. */
export type IntegrityCheck = 'check' | 'ignore';

export interface ContentChecks {
  readonly padding: PaddingCheck;
  readonly integrity: IntegrityCheck;
}

const NOTHING = Buffer.alloc(0);

/**
 * Decrypts what follows the header. It holds back as many bytes as the trailer and the last block can have,
 * since only the end of the stream says where they begin.
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
    this.#padding = padding;
    this.#integrity = integrity;
    this.#decipher = createDecipheriv(CIPHER, key, iv).setAutoPadding(false);
    this.#hmac = createHmac('sha256', key);
    this.#trailerBytes = trailerBytes(header.version);
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
    if (this.#integrity === 'ignore') return stripFillIfPossible(last, this.#header, trailer);
    checkHmac(this.#header, this.#hmac.digest(), trailer);
    return stripFill(last, this.#header, trailer, this.#padding);
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
}
