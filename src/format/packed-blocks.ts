/** One block: its identity is the pair of both. */
export interface BlockReference {
  readonly hash: Uint8Array;
  readonly sizeBytes: number;
}

/** Many blocks without an object for each: the form in which a dindex is read and in which blocks can cross threads. */
export interface PackedBlocks {
  readonly count: number;
  readonly hashSizeBytes: number;
  /** `count` hashes one after another. */
  readonly hashes: Buffer;
  /** `count` lengths in bytes. */
  readonly sizes: Uint32Array;
}

/** Goes through packed blocks; each hash is a view into `hashes`. */
export function* eachBlock(blocks: PackedBlocks): Generator<BlockReference> {
  const { count, hashSizeBytes, hashes, sizes } = blocks;
  for (let index = 0; index < count; index++) {
    const hash = hashes.subarray(index * hashSizeBytes, (index + 1) * hashSizeBytes);
    yield { hash, sizeBytes: sizes[index] ?? 0 };
  }
}

/** Collects blocks into packed form, for at most as many as announced. */
export class BlockPacker {
  readonly #hashSizeBytes: number;
  readonly #hashes: Buffer;
  readonly #sizes: Uint32Array;
  #count = 0;

  constructor(hashSizeBytes: number, capacity: number) {
    this.#hashSizeBytes = hashSizeBytes;
    this.#hashes = Buffer.allocUnsafeSlow(capacity * hashSizeBytes);
    this.#sizes = new Uint32Array(capacity);
  }

  add(hash: Uint8Array, sizeBytes: number): void {
    this.#hashes.set(hash, this.#count * this.#hashSizeBytes);
    this.#sizes[this.#count] = sizeBytes;
    this.#count++;
  }

  finish(): PackedBlocks {
    const count = this.#count;
    return {
      count,
      hashSizeBytes: this.#hashSizeBytes,
      hashes: this.#hashes.subarray(0, count * this.#hashSizeBytes),
      sizes: this.#sizes.subarray(0, count),
    };
  }
}
