import { createDecipheriv, createHmac, type Decipheriv } from 'node:crypto';
import { checkRange, profile, type RandomAccess, releaseMemory } from '../../base/index.ts';
import { HeaderFeed } from './header-feed.ts';
import { type AesCryptHeader, readHeader } from './header-reader.ts';
import { aesCryptError, BLOCK_BYTES, CIPHER, type ContentKey } from './layout.ts';
import { checkHmac, type PaddingCheck, stripFill, trailerBytes } from './trailer.ts';

export interface AesCryptAccessSettings {
  readonly passphrase: string;
  /** As for `createAesCryptDecryptor`. */
  readonly padding?: PaddingCheck;
}

/**
 * The cipher works on so much at a time: its results are memory of their own, which for larger ones is mapped
 * and unmapped every time.
 */
const PIECE_BYTES = 64 * 1024;
/** Decrypted bytes that are kept for the next read. It grows for longer reads. */
const WINDOW_BYTES = 256 * 1024;

/**
 * The content of an AES Crypt file, decrypted where it is read, in memory that does not depend on the size of
 * the file. **What is read is not authenticated**: the checksum at the end of the file is that of all of it,
 * and a pass over all of it is what this saves. The caller must know the hash of what he reads.
 *
 * Throws what `createAesCryptDecryptor` does for a file that cannot be one, and for a wrong passphrase. Only
 * in version 0 nothing but the checksum shows the latter, so there it is verified.
 */
export function accessAesCrypt(file: RandomAccess, settings: AesCryptAccessSettings): RandomAccess {
  const { header, headerBytes } = readWholeHeader(file, settings.passphrase);
  const endBytes = trailerBytes(header.version);
  const ciphertextBytes = file.sizeBytes - headerBytes - endBytes;
  if (ciphertextBytes < 0 || ciphertextBytes % BLOCK_BYTES !== 0) {
    throw aesCryptError('volume-truncated', 'it ends too early');
  }
  const ciphertext: RandomAccess = {
    sizeBytes: ciphertextBytes,
    read: (offset, length) => file.read(headerBytes + offset, length),
  };
  const trailer = Buffer.from(file.read(file.sizeBytes - endBytes, endBytes));
  if (header.version === 0) checkHmac(header, hmacOf(ciphertext, header.content), trailer);
  const lastOffset = Math.max(0, ciphertextBytes - BLOCK_BYTES);
  const last = decipherAt(ciphertext, header.content, lastOffset).update(
    ciphertext.read(lastOffset, ciphertextBytes - lastOffset),
  );
  const sizeBytes = lastOffset + stripFill(last, header, trailer, settings.padding ?? 'strict').length;
  return new CbcAccess(ciphertext, sizeBytes, header.content);
}

function readWholeHeader(
  file: RandomAccess,
  passphrase: string,
): { readonly header: AesCryptHeader; readonly headerBytes: number } {
  const feed = new HeaderFeed(readHeader(passphrase));
  let headerBytes = 0;
  while (feed.header === undefined) {
    const availableBytes = Math.min(PIECE_BYTES, file.sizeBytes - headerBytes);
    if (availableBytes <= 0) throw aesCryptError('volume-truncated', 'it ends within its header');
    headerBytes += feed.take(file.read(headerBytes, availableBytes));
  }
  return { header: feed.header, headerBytes };
}

function hmacOf(ciphertext: RandomAccess, { key }: ContentKey): Buffer {
  const hmac = createHmac('sha256', key);
  for (let offset = 0; offset < ciphertext.sizeBytes; offset += PIECE_BYTES) {
    const piece = ciphertext.read(offset, Math.min(PIECE_BYTES, ciphertext.sizeBytes - offset));
    const before = profile.enter('encrypt');
    hmac.update(piece);
    profile.enter(before);
  }
  return hmac.digest();
}

/** A cipher that goes on at the given block: it needs nothing but the encrypted block before. */
function decipherAt(ciphertext: RandomAccess, { key, iv }: ContentKey, offset: number): Decipheriv {
  const blockBefore = offset === 0 ? iv : ciphertext.read(offset - BLOCK_BYTES, BLOCK_BYTES);
  return createDecipheriv(CIPHER, key, blockBefore).setAutoPadding(false);
}

/** Decrypts from any place on. Where reads follow each other, somewhat ahead. */
class CbcAccess implements RandomAccess {
  readonly sizeBytes: number;
  readonly #ciphertext: RandomAccess;
  readonly #key: ContentKey;
  #decipher: Decipheriv;
  /** Holds the plaintext from `#start` to `#end`, which is where the cipher stands. */
  #window: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(ciphertext: RandomAccess, sizeBytes: number, key: ContentKey) {
    this.#ciphertext = ciphertext;
    this.sizeBytes = sizeBytes;
    this.#key = key;
    this.#decipher = decipherAt(ciphertext, key, 0);
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(offset, length, this.sizeBytes);
    const follows = offset >= this.#start && offset <= this.#end;
    if (!follows) this.#moveTo(offset);
    const neededBytes = offset + length - this.#end;
    if (neededBytes > 0) {
      this.#forgetBefore(offset, length);
      this.#decrypt(follows ? Math.max(neededBytes, PIECE_BYTES) : neededBytes);
    }
    return this.#window.subarray(offset - this.#start, offset - this.#start + length);
  }

  #moveTo(offset: number): void {
    const place = offset - (offset % BLOCK_BYTES);
    this.#decipher = decipherAt(this.#ciphertext, this.#key, place);
    this.#start = place;
    this.#end = place;
  }

  /** Makes room for the plaintext from `offset` on, and what may be decrypted ahead. */
  #forgetBefore(offset: number, length: number): void {
    const place = Math.min(this.#end, offset - (offset % BLOCK_BYTES));
    const roomBytes = length + PIECE_BYTES + 2 * BLOCK_BYTES;
    if (place - this.#start + roomBytes <= this.#window.length) return;
    const kept = this.#window.subarray(place - this.#start, this.#end - this.#start);
    const window =
      roomBytes <= this.#window.length
        ? this.#window
        : Buffer.allocUnsafeSlow(Math.max(WINDOW_BYTES, roomBytes));
    window.set(kept);
    this.#window = window;
    this.#start = place;
  }

  #decrypt(atLeastBytes: number): void {
    const wantedEnd = this.#end + atLeastBytes + ((BLOCK_BYTES - (atLeastBytes % BLOCK_BYTES)) % BLOCK_BYTES);
    const end = Math.min(wantedEnd, this.#ciphertext.sizeBytes);
    while (this.#end < end) {
      const piece = this.#ciphertext.read(this.#end, Math.min(PIECE_BYTES, end - this.#end));
      const before = profile.enter('encrypt');
      const plain = this.#decipher.update(piece);
      this.#window.set(plain, this.#end - this.#start);
      releaseMemory(plain);
      profile.enter(before);
      this.#end += piece.length;
    }
  }
}
