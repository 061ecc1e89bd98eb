/** Ids and hashes of the blocks of one content, which may come in any order. */
export class BlockNames {
  readonly #hashSizeBytes: number;
  #ids: Uint32Array<ArrayBuffer>;
  #hashes: Buffer;
  #count = 0;

  /** With room for so many blocks before it grows. */
  constructor(expected: number, hashSizeBytes: number) {
    this.#hashSizeBytes = hashSizeBytes;
    this.#ids = new Uint32Array(expected);
    this.#hashes = Buffer.allocUnsafeSlow(expected * hashSizeBytes);
  }

  set(number: number, { id, hash }: { readonly id: number; readonly hash: Uint8Array }): void {
    while (number >= this.#ids.length) this.#grow();
    this.#ids[number] = id;
    this.#hashes.set(hash, number * this.#hashSizeBytes);
    this.#count = Math.max(this.#count, number + 1);
  }

  get ids(): Uint32Array<ArrayBuffer> {
    return this.#ids.slice(0, this.#count);
  }

  /** One after the other. */
  get hashes(): Buffer {
    return this.#hashes.subarray(0, this.#count * this.#hashSizeBytes);
  }

  #grow(): void {
    const ids = new Uint32Array(Math.max(16, this.#ids.length * 2));
    ids.set(this.#ids);
    this.#ids = ids;
    this.#hashes = Buffer.concat([this.#hashes], ids.length * this.#hashSizeBytes);
  }
}
