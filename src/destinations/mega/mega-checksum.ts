import { type Cipheriv, createCipheriv } from 'node:crypto';
import type { FileKey } from './mega-key.ts';

const BLOCK_BYTES = 16;
const STEP_BYTES = 128 * 1024;
const LARGEST_BYTES = 1024 * 1024;

/** Where Mega's chunks are of their full size: requests for uploads begin and end at borders of chunks. */
export const GROWING_BYTES = 36 * STEP_BYTES;
export const FULL_CHUNK_BYTES = LARGEST_BYTES;

/**
 * Mega's checksum of a file: the file is cut into chunks of 128 KiB, 256 KiB and so on up to 1 MiB, each gets
 * a CBC-MAC that begins with the nonce twice, and those get one together, folded into 8 bytes. It is made of
 * the bytes before they are sealed, in pieces of any length.
 */
export class MegaChecksum {
  readonly #key: Buffer;
  readonly #start: Buffer;
  readonly #macs: Buffer[] = [];
  #chunk: Cipheriv;
  #chunkBytes = STEP_BYTES;
  #filledBytes = 0;
  #last = Buffer.alloc(0);

  constructor({ key, nonce }: Omit<FileKey, 'checksum'>) {
    this.#key = key;
    this.#start = Buffer.concat([nonce, nonce]);
    this.#chunk = this.#newChunk();
  }

  update(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.byteLength > 0) {
      const part = rest.subarray(0, this.#chunkBytes - this.#filledBytes);
      rest = rest.subarray(part.byteLength);
      this.#add(part);
      if (this.#filledBytes < this.#chunkBytes) continue;
      this.#endChunk();
      this.#chunkBytes = Math.min(this.#chunkBytes + STEP_BYTES, LARGEST_BYTES);
    }
  }

  /** The checksum; nothing may follow. */
  digest(): Buffer {
    if (this.#filledBytes > 0 || this.#macs.length === 0) this.#endChunk();
    const all = createCipheriv('aes-128-cbc', this.#key, Buffer.alloc(BLOCK_BYTES)).setAutoPadding(false);
    const mac = all.update(Buffer.concat(this.#macs)).subarray(-BLOCK_BYTES);
    const folded = Buffer.alloc(8);
    folded.writeInt32BE(mac.readInt32BE(0) ^ mac.readInt32BE(4), 0);
    folded.writeInt32BE(mac.readInt32BE(8) ^ mac.readInt32BE(12), 4);
    return folded;
  }

  #add(part: Uint8Array): void {
    const sealed = this.#chunk.update(part);
    this.#filledBytes += part.byteLength;
    if (sealed.length >= BLOCK_BYTES) this.#last = sealed.subarray(-BLOCK_BYTES);
  }

  #endChunk(): void {
    const missing = (BLOCK_BYTES - (this.#filledBytes % BLOCK_BYTES)) % BLOCK_BYTES;
    if (missing > 0) this.#add(Buffer.alloc(missing));
    this.#macs.push(this.#filledBytes === 0 ? this.#start : Buffer.from(this.#last));
    this.#chunk = this.#newChunk();
    this.#filledBytes = 0;
  }

  #newChunk(): Cipheriv {
    return createCipheriv('aes-128-cbc', this.#key, this.#start).setAutoPadding(false);
  }
}
