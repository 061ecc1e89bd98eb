import { asBuffer } from '../base/index.ts';

/**
 * The set of all known blocks, shared by all threads: lock-free open addressing in shared memory, a slot
 * claimed with compare-and-swap.
 *
 * A slot is five 32-bit words: four of the block's hash (128 bits; chance decides a false match with less
 * than 1 in 10^18 at 10^10 blocks; the size of the block is mixed in, since identity is hash and size) and
 * the id of the block. Word 0 is the lock: 0 free, 1 being written, else the key's first word. The table
 * grows by further segments, so that nothing is moved while others read; a block claimed by two threads at
 * the moment of growth is stored twice, which the format allows.
 */
const WORDS = 5;
const HEADER_WORDS = 2;
const COUNT = 0;
const FREE = 0;
const WRITING = 1;
/** Above this share of used slots a segment is full, and the next one is asked for. */
const FULL_SHARE = 0.7;

/** The shared memory of a table, to be sent to other threads. */
export interface BlockTableMemory {
  readonly nextId: SharedArrayBuffer;
  readonly segments: readonly SharedArrayBuffer[];
}

export class BlockTable {
  readonly #nextId: Int32Array;
  readonly #segments: Int32Array[];

  constructor(memory: BlockTableMemory) {
    this.#nextId = new Int32Array(memory.nextId);
    this.#segments = memory.segments.map((segment) => new Int32Array(segment));
  }

  /** An empty table with room for `blocks` blocks before it grows; new ids start at `firstId`. */
  static create(blocks: number, firstId: number): BlockTable {
    const nextId = new SharedArrayBuffer(4);
    new Int32Array(nextId)[0] = firstId;
    return new BlockTable({ nextId, segments: [createSegment(blocks)] });
  }

  get memory(): BlockTableMemory {
    return {
      nextId: this.#nextId.buffer as SharedArrayBuffer,
      segments: this.#segments.map((segment) => segment.buffer as SharedArrayBuffer),
    };
  }

  /** True when the newest segment is so full that the owner should add another with `grow`. */
  get isNearlyFull(): boolean {
    const newest = this.#newest();
    return Atomics.load(newest, COUNT) > slotsOf(newest) * FULL_SHARE * 0.8;
  }

  /** Adds a segment as large as all before it together; send it to the other threads for `addSegment`. */
  grow(): SharedArrayBuffer {
    const slots = this.#segments.reduce((sum, segment) => sum + slotsOf(segment), 0);
    const segment = createSegment(slots * FULL_SHARE);
    this.addSegment(segment);
    return segment;
  }

  addSegment(segment: SharedArrayBuffer): void {
    this.#segments.push(new Int32Array(segment));
  }

  /**
   * The id of the block, or a new id that makes the caller responsible for storing it. Positive: known.
   * Negative: new.
   */
  claim(hash: Uint8Array, sizeBytes: number): number {
    return this.#claim(toKey(asBuffer(hash), sizeBytes), 0);
  }

  /** Enters a block that is stored already. Returns its id, or the id of the copy that was entered before. */
  enter(hash: Uint8Array, sizeBytes: number, id: number): number {
    return Math.abs(this.#claim(toKey(asBuffer(hash), sizeBytes), id));
  }

  /** Enters many at once; their hashes lie one after the other. */
  enterAll(blocks: {
    readonly ids: readonly number[];
    readonly sizesBytes: readonly number[];
    readonly hashes: Buffer;
  }): void {
    const { ids, sizesBytes, hashes } = blocks;
    const hashBytes = hashes.length / ids.length;
    for (let place = 0; place < ids.length; place++)
      this.#claim(toKey(hashes, sizesBytes[place] ?? 0, place * hashBytes), ids[place] ?? 0);
  }

  /** The id of a known block, or 0. */
  find(hash: Uint8Array, sizeBytes: number): number {
    const key = toKey(asBuffer(hash), sizeBytes);
    for (const segment of this.#segments) {
      const id = findIn(segment, key);
      if (id !== 0) return id;
    }
    return 0;
  }

  /** A new id for a block that is stored again on purpose. */
  takeId(): number {
    return Atomics.add(this.#nextId, 0, 1);
  }

  #claim(key: Key, knownId: number): number {
    const newest = this.#newest();
    for (const segment of this.#segments) {
      const known = segment === newest ? 0 : findIn(segment, key);
      if (known !== 0) return known;
    }
    return this.#claimIn(newest, key, knownId);
  }

  #claimIn(segment: Int32Array, key: Key, knownId: number): number {
    for (;;) {
      const place = probe(segment, key);
      if (place >= 0) return segment[place + 4] ?? 0;
      const isFull = place === NO_ROOM || Atomics.load(segment, COUNT) > slotsOf(segment) * FULL_SHARE;
      // Until the owner grows the table, the block is stored without being remembered, which costs space and no more.
      if (isFull) return -(knownId === 0 ? this.takeId() : knownId);
      const slot = ~place;
      // Another thread may have taken the slot since, for any block: then this one is looked for anew.
      if (Atomics.compareExchange(segment, slot, FREE, WRITING) !== FREE) continue;
      const id = knownId === 0 ? this.takeId() : knownId;
      segment[slot + 1] = key[1];
      segment[slot + 2] = key[2];
      segment[slot + 3] = key[3];
      segment[slot + 4] = id;
      Atomics.store(segment, slot, key[0]);
      Atomics.add(segment, COUNT, 1);
      return -id;
    }
  }

  #newest(): Int32Array {
    const newest = this.#segments.at(-1);
    if (newest === undefined) throw new Error('a block table has at least one segment');
    return newest;
  }
}

type Key = readonly [number, number, number, number];

/** Of the hash that begins at `start`. */
function toKey(bytes: Buffer, sizeBytes: number, start = 0): Key {
  const first = bytes.readInt32LE(start);
  return [
    first === FREE || first === WRITING ? 2 : first,
    bytes.readInt32LE(start + 4),
    bytes.readInt32LE(start + 8),
    bytes.readInt32LE(start + 12) ^ sizeBytes,
  ];
}

/** No complement of a slot, since slots begin after the header. */
const NO_ROOM = -1;

/**
 * The slot of the key; where the key is not there, the complement of the slot where it would stand, which was
 * free a moment ago; or `NO_ROOM`.
 */
function probe(segment: Int32Array, key: Key): number {
  const slots = slotsOf(segment);
  const mask = slots - 1;
  for (let index = key[1] & mask, tries = 0; tries < slots; index = (index + 1) & mask, tries++) {
    const slot = HEADER_WORDS + index * WORDS;
    let word = Atomics.load(segment, slot);
    while (word === WRITING) word = Atomics.load(segment, slot);
    if (word === FREE) return ~slot;
    if (
      word === key[0] &&
      segment[slot + 1] === key[1] &&
      segment[slot + 2] === key[2] &&
      segment[slot + 3] === key[3]
    )
      return slot;
  }
  return NO_ROOM;
}

/** The id that stands for the key in a segment, or 0. */
function findIn(segment: Int32Array, key: Key): number {
  const place = probe(segment, key);
  return place >= 0 ? (segment[place + 4] ?? 0) : 0;
}

function slotsOf(segment: Int32Array): number {
  return (segment.length - HEADER_WORDS) / WORDS;
}

function createSegment(blocks: number): SharedArrayBuffer {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(1024, blocks / FULL_SHARE)));
  return new SharedArrayBuffer((HEADER_WORDS + slots * WORDS) * 4);
}
