import { type Cipheriv, createCipheriv } from 'node:crypto';

const WORDS = 20_000;

/**
 * Makes bytes of known kinds from a seed: `text` of words as frequent as in a language, `records` of numbers
 * and zeros, `random` bytes.
 */
export class ContentMaker {
  readonly #stream: Cipheriv;
  readonly #words: readonly Buffer[];
  #numbers = new Uint32Array(0);
  #used = 0;

  constructor(seed: number) {
    const key = Buffer.alloc(16);
    key.writeUInt32LE(seed);
    this.#stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
    this.#words = Array.from({ length: WORDS }, () => this.#makeWord());
  }

  /** A number from 0 up to, not including, 1. */
  chance(): number {
    if (this.#used === this.#numbers.length) {
      const bytes = Uint8Array.from(this.#randomBytes(64 * 1024));
      this.#numbers = new Uint32Array(bytes.buffer);
      this.#used = 0;
    }
    return (this.#numbers[this.#used++] ?? 0) / 2 ** 32;
  }

  /** A length whose mean is the given one: many small ones, few large ones. */
  lengthAround(meanBytes: number): number {
    const spread = 1.6;
    const normal = Math.sqrt(-2 * Math.log(1 - this.chance())) * Math.cos(2 * Math.PI * this.chance());
    return Math.round(meanBytes * Math.exp(spread * normal - spread ** 2 / 2));
  }

  make(kind: 'text' | 'records' | 'random', length: number): Buffer {
    if (kind === 'random') return this.#randomBytes(length);
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; )
      at += kind === 'text' ? this.#putWord(bytes, at) : this.#putRecord(bytes, at);
    return bytes;
  }

  #randomBytes(length: number): Buffer {
    return this.#stream.update(Buffer.alloc(length));
  }

  #makeWord(): Buffer {
    const length = 2 + Math.floor(this.chance() * 9);
    const letters = Array.from({ length }, () =>
      String.fromCharCode(97 + Math.floor(this.chance() ** 2 * 26)),
    );
    return Buffer.from(`${letters.join('')} `);
  }

  #putWord(bytes: Buffer, at: number): number {
    // The exponential of a uniform number makes the n-th word about 1/n as frequent as the first.
    const word = this.#words[Math.floor(WORDS ** this.chance()) - 1];
    word?.copy(bytes, at);
    return word?.length ?? 1;
  }

  #putRecord(bytes: Buffer, at: number): number {
    if (at + 16 <= bytes.length) {
      bytes.writeUInt32LE(Math.floor(this.chance() * 2 ** 32), at);
      bytes.writeUInt32LE(at >>> 4, at + 8);
    }
    return 16;
  }
}
