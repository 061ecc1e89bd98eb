import type { EntryHint } from '../compression/index.ts';

/** For each thread that could help: one block that it works on, and one that waits for it. */
const SLOTS_A_HELPER = 2;
const MOST_BYTES = 64 * 1024 * 1024;

/** States of a slot, in the order in which it goes through them. */
const FREE = 0;
const RESERVED = 1;
const OFFERED = 2;
const TAKEN = 3;
const STORED = 4;

/** Words of the control memory: threads at hand, a number that changes with each offer, then those of each slot. */
const HELPERS = 0;
const OFFERS = 1;
const FIRST_SLOT = 2;
const SLOT_WORDS = 4;
const STATE = 0;
const SIZE = 1;
const HINT = 2;
const ID = 3;
/** The values of `HINT`. */
const HINTS: readonly EntryHint[] = ['compress', 'store'];

/** The memory of a relay, to be sent to the threads. */
export interface BlockRelayMemory {
  readonly control: SharedArrayBuffer;
  readonly blocks: SharedArrayBuffer;
  readonly hashes: SharedArrayBuffer;
  readonly slots: number;
}

/** A block in the relay, by the number of its slot. */
export interface OfferedBlock {
  readonly slot: number;
  readonly bytes: Buffer;
  readonly hint: EntryHint;
}

export interface RelayedBlock {
  readonly id: number;
  readonly hash: Buffer;
}

/**
 * Slots in shared memory by which a thread that reads a large file hands blocks of it to threads that have
 * nothing to do. One thread reads each file, so that the hash of the whole and the blocks are of the same
 * bytes, whatever happens to the file meanwhile; naming, compressing and encrypting the blocks is what takes
 * long.
 */
export class BlockRelay {
  readonly #control: Int32Array;
  readonly #blocks: Buffer;
  readonly #hashes: Buffer;
  readonly #slots: number;
  readonly #blocksizeBytes: number;
  readonly #hashSizeBytes: number;

  constructor({ control, blocks, hashes, slots }: BlockRelayMemory) {
    this.#control = new Int32Array(control);
    this.#blocks = Buffer.from(blocks);
    this.#hashes = Buffer.from(hashes);
    this.#slots = slots;
    this.#blocksizeBytes = blocks.byteLength / slots;
    this.#hashSizeBytes = hashes.byteLength / slots;
  }

  /** `undefined` where there is nobody to hand to, or blocks are so large that waiting ones take too much memory. */
  static create(
    workers: number,
    { blocksizeBytes, hashSizeBytes }: { readonly blocksizeBytes: number; readonly hashSizeBytes: number },
  ): BlockRelayMemory | undefined {
    const slots = Math.min((workers - 1) * SLOTS_A_HELPER, Math.floor(MOST_BYTES / blocksizeBytes));
    if (slots < 1) return undefined;
    return {
      control: new SharedArrayBuffer((FIRST_SLOT + slots * SLOT_WORDS) * Int32Array.BYTES_PER_ELEMENT),
      blocks: new SharedArrayBuffer(slots * blocksizeBytes),
      hashes: new SharedArrayBuffer(slots * hashSizeBytes),
      slots,
    };
  }

  /** Says that this thread has nothing to do, and could help. */
  join(): void {
    Atomics.add(this.#control, HELPERS, 1);
  }

  leave(): void {
    Atomics.sub(this.#control, HELPERS, 1);
  }

  /** A free slot, for this thread to fill, where somebody would take it. */
  reserve(): number | undefined {
    if (Atomics.load(this.#control, HELPERS) === 0) return undefined;
    return this.#move(FREE, RESERVED);
  }

  /** The memory of a slot that this thread has reserved or taken. It holds one block. */
  bytesOf(slot: number): Buffer {
    return this.#blocks.subarray(slot * this.#blocksizeBytes, (slot + 1) * this.#blocksizeBytes);
  }

  /** Has the first bytes of a reserved slot stored by whoever takes it. */
  offer(slot: number, sizeBytes: number, hint: EntryHint): void {
    this.#control[this.#word(slot, SIZE)] = sizeBytes;
    this.#control[this.#word(slot, HINT)] = HINTS.indexOf(hint);
    Atomics.store(this.#control, this.#word(slot, STATE), OFFERED);
    Atomics.add(this.#control, OFFERS, 1);
    Atomics.notify(this.#control, OFFERS);
  }

  /** Gives a reserved slot back. */
  release(slot: number): void {
    Atomics.store(this.#control, this.#word(slot, STATE), FREE);
  }

  /** Takes an offer back, whose slot then is reserved again; false where another thread has taken it. */
  takeBack(slot: number): boolean {
    const state = this.#word(slot, STATE);
    return Atomics.compareExchange(this.#control, state, OFFERED, RESERVED) === OFFERED;
  }

  /** What became of an offered block, whose slot is free afterwards; `undefined` while it is not stored. */
  collect(slot: number): RelayedBlock | undefined {
    if (Atomics.load(this.#control, this.#word(slot, STATE)) !== STORED) return undefined;
    const id = this.#control[this.#word(slot, ID)] ?? 0;
    const hash = Buffer.from(this.#hashOf(slot));
    this.release(slot);
    return { id, hash };
  }

  /** Resolves when a block that another thread has taken is stored. */
  async whenStored(slot: number): Promise<void> {
    await Atomics.waitAsync(this.#control, this.#word(slot, STATE), TAKEN).value;
  }

  /** A block that waits for somebody. This thread must store it. */
  take(): OfferedBlock | undefined {
    const slot = this.#move(OFFERED, TAKEN);
    if (slot === undefined) return undefined;
    const bytes = this.bytesOf(slot).subarray(0, this.#control[this.#word(slot, SIZE)]);
    return { slot, bytes, hint: HINTS[this.#control[this.#word(slot, HINT)] ?? 0] ?? 'compress' };
  }

  /** Tells the thread that offered a block what it is. */
  setStored(slot: number, { id, hash }: RelayedBlock): void {
    this.#hashOf(slot).set(hash);
    this.#control[this.#word(slot, ID)] = id;
    Atomics.store(this.#control, this.#word(slot, STATE), STORED);
    Atomics.notify(this.#control, this.#word(slot, STATE));
  }

  /** Resolves when there may be a block to take. */
  async whenOffered(): Promise<void> {
    const seen = Atomics.load(this.#control, OFFERS);
    if (this.#find(OFFERED) !== undefined) return;
    await Atomics.waitAsync(this.#control, OFFERS, seen).value;
  }

  #find(state: number): number | undefined {
    for (let slot = 0; slot < this.#slots; slot++)
      if (Atomics.load(this.#control, this.#word(slot, STATE)) === state) return slot;
    return undefined;
  }

  #move(from: number, to: number): number | undefined {
    for (let slot = 0; slot < this.#slots; slot++)
      if (Atomics.compareExchange(this.#control, this.#word(slot, STATE), from, to) === from) return slot;
    return undefined;
  }

  #word(slot: number, field: number): number {
    return FIRST_SLOT + slot * SLOT_WORDS + field;
  }

  #hashOf(slot: number): Buffer {
    return this.#hashes.subarray(slot * this.#hashSizeBytes, (slot + 1) * this.#hashSizeBytes);
  }
}
