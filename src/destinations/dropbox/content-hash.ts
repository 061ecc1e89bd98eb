import { createHash, type Hash } from 'node:crypto';
import type { Hasher } from '../support/hashed-source.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;

/** Dropbox's `content_hash`: SHA-256 over the SHA-256 of every 4 MiB. */
export class ContentHash implements Hasher {
  readonly #whole = createHash('sha256');
  #block: Hash = createHash('sha256');
  #blockBytes = 0;

  update(bytes: Uint8Array): void {
    for (let rest = bytes; rest.byteLength > 0; ) {
      const part = rest.subarray(0, BLOCK_BYTES - this.#blockBytes);
      this.#block.update(part);
      this.#blockBytes += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (this.#blockBytes === BLOCK_BYTES) this.#endBlock();
    }
  }

  digest(): Buffer {
    if (this.#blockBytes > 0) this.#endBlock();
    return this.#whole.digest();
  }

  #endBlock(): void {
    this.#whole.update(this.#block.digest());
    this.#block = createHash('sha256');
    this.#blockBytes = 0;
  }
}
