/**
 * Where an entry of a restore stands. Only ever moves forward. `started`: its file was created by this
 * restore and is not complete.
 */
export const ENTRY_STATES = { waiting: 0, started: 1, done: 2, broken: 3 } as const;
export type EntryState = (typeof ENTRY_STATES)[keyof typeof ENTRY_STATES];

/** Kinds of entries, as the table numbers them. */
export const RESTORE_KINDS = { file: 1, folder: 2, symlink: 3 } as const;
export type RestoreKind = (typeof RESTORE_KINDS)[keyof typeof RESTORE_KINDS];

/** What is known of an entry before it is restored. */
export const ENTRY_FLAGS = {
  /** A file stands at the target and is changed where it differs; it is not removed when that fails. */
  patch: 1,
  /** A file stands at the target and holds the right content already. */
  unchanged: 2,
  /**
   * The metadata is needed again later, by entries that are made from this one or because the entry is
   * finished later.
   */
  keepMetadata: 4,
} as const;

/** The memory of a table, to be sent to other threads. */
export interface RestoreTableMemory {
  readonly count: number;
  readonly paths: SharedArrayBuffer;
  readonly columns: readonly SharedArrayBuffer[];
  readonly hashes: SharedArrayBuffer;
  readonly hashSizeBytes: number;
  /** A byte for each block of the followed files. */
  readonly written: SharedArrayBuffer;
}

export interface NewRestoreEntry {
  readonly path: string;
  readonly kind: RestoreKind;
  readonly sizeBytes: number;
  /** File hash of the content, where it is to be verified as a whole. */
  readonly hash: Uint8Array | undefined;
}

const NO_HASH = -1;
/** How many bytes each column has for an entry, in their order. */
const COLUMN_BYTES = [8, 8, 4, 4, 1, 1, 1, 4, 4, 4, 4] as const;

/**
 * All entries of a restore in shared memory, about 40 bytes an entry beside its path, so that a million of
 * them can be known to all threads at once. An entry is its place in the table; the main thread fills the
 * table before the threads start, and the threads then move `remaining` and `state`.
 */
export class RestoreTable {
  readonly sizeBytes: Float64Array;
  /** Where the metadata blob stands among the kept ones, and how long it is. Length 0: none. */
  readonly metadataOffset: Float64Array;
  readonly metadataBytes: Uint32Array;
  /** Blocks of content and metadata that are still to come. Atomic. */
  readonly remaining: Int32Array;
  /** `EntryState`. Atomic. */
  readonly state: Uint8Array;
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;
  readonly #columns: SharedArrayBuffer[];
  readonly #pathStart: Uint32Array;
  readonly #pathEnd: Uint32Array;
  readonly #hashPlace: Int32Array;
  /** Where the bytes of its blocks begin among `#written`, plus 1; 0: the file is not followed. */
  readonly #followPlace: Uint32Array;
  readonly #hashSizeBytes: number;
  #paths: Buffer;
  #pathsUsed = 0;
  #hashes: Buffer;
  #hashCount = 0;
  #count: number;
  #written: Uint8Array<SharedArrayBuffer>;

  constructor(memory: RestoreTableMemory) {
    this.#columns = [...memory.columns];
    this.#count = memory.count;
    this.#paths = Buffer.from(memory.paths);
    this.#hashes = Buffer.from(memory.hashes);
    this.#hashSizeBytes = memory.hashSizeBytes;
    this.#written = new Uint8Array(memory.written);
    const column = (index: number) => {
      const buffer = memory.columns[index];
      if (buffer === undefined) throw new Error(`a restore table has no column ${index}`);
      return buffer;
    };
    this.sizeBytes = new Float64Array(column(0));
    this.metadataOffset = new Float64Array(column(1));
    this.metadataBytes = new Uint32Array(column(2));
    this.remaining = new Int32Array(column(3));
    this.state = new Uint8Array(column(4));
    this.kind = new Uint8Array(column(5));
    this.flags = new Uint8Array(column(6));
    this.#pathStart = new Uint32Array(column(7));
    this.#pathEnd = new Uint32Array(column(8));
    this.#hashPlace = new Int32Array(column(9));
    this.#followPlace = new Uint32Array(column(10));
  }

  /**
   * An empty table for up to `capacity` entries. `pathBytes` is what their paths are expected to have
   * together.
   */
  static create(
    capacity: number,
    { pathBytes, hashSizeBytes }: { readonly pathBytes: number; readonly hashSizeBytes: number },
  ): RestoreTable {
    const columns = COLUMN_BYTES.map((bytes) => new SharedArrayBuffer(capacity * bytes));
    return new RestoreTable({
      count: 0,
      paths: new SharedArrayBuffer(Math.min(LARGEST_BYTES, pathBytes + 64 * 1024)),
      columns,
      hashes: new SharedArrayBuffer(64 * 1024),
      hashSizeBytes,
      written: new SharedArrayBuffer(0),
    });
  }

  /**
   * What the other threads need to see the table. Entries and paths may not be added or changed afterwards.
   */
  get memory(): RestoreTableMemory {
    return {
      count: this.#count,
      paths: sharedMemoryOf(this.#paths),
      columns: this.#columns,
      hashes: sharedMemoryOf(this.#hashes),
      hashSizeBytes: this.#hashSizeBytes,
      written: this.#written.buffer,
    };
  }

  get count(): number {
    return this.#count;
  }

  add(entry: NewRestoreEntry): number {
    const index = this.#count++;
    this.kind[index] = entry.kind;
    this.sizeBytes[index] = entry.sizeBytes;
    this.#hashPlace[index] = entry.hash === undefined ? NO_HASH : this.#keepHash(entry.hash);
    this.setPath(index, entry.path);
    return index;
  }

  /**
   * The path relative to the target folder, once `cutPrefix` was called; folders, and links to folders, end
   * in `/`.
   */
  path(index: number): string {
    return this.#paths.toString('utf8', this.#pathStart[index], this.#pathEnd[index]);
  }

  /** Gives an entry another path. */
  setPath(index: number, path: string): void {
    const room = path.length * 3;
    if (this.#pathsUsed + room > this.#paths.length)
      this.#paths = enlarge(this.#paths, this.#pathsUsed + room);
    const written = this.#paths.write(path, this.#pathsUsed, 'utf8');
    this.#pathStart[index] = this.#pathsUsed;
    this.#pathsUsed += written;
    this.#pathEnd[index] = this.#pathsUsed;
  }

  /** Takes the same number of leading bytes off every path. */
  cutPrefix(lengthBytes: number): void {
    for (let index = 0; index < this.#count; index++) {
      const start = (this.#pathStart[index] ?? 0) + lengthBytes;
      this.#pathStart[index] = Math.min(start, this.#pathEnd[index] ?? 0);
    }
  }

  /** The file hash that the whole content must have; `undefined` where its block says it all. */
  hash(index: number): Buffer | undefined {
    const place = this.#hashPlace[index] ?? NO_HASH;
    if (place === NO_HASH) return undefined;
    return this.#hashes.subarray(place * this.#hashSizeBytes, (place + 1) * this.#hashSizeBytes);
  }

  /**
   * Has it marked which blocks of these files are written, for whoever reads them meanwhile. Gives the number
   * of blocks of each; to be called once, before other threads see the table.
   */
  follow(blocksOf: ReadonlyMap<number, number>): void {
    let place = 0;
    for (const [index, blocks] of blocksOf) {
      this.#followPlace[index] = place + 1;
      place += blocks;
    }
    this.#written = new Uint8Array(new SharedArrayBuffer(place));
  }

  isFollowed(index: number): boolean {
    return this.#followPlace[index] !== 0;
  }

  markWritten(index: number, block: number): void {
    Atomics.store(this.#written, this.#placeOf(index, block), 1);
  }

  isWritten(index: number, block: number): boolean {
    return Atomics.load(this.#written, this.#placeOf(index, block)) === 1;
  }

  hasFlag(index: number, flag: number): boolean {
    return ((this.flags[index] ?? 0) & flag) !== 0;
  }

  setFlag(index: number, flag: number): void {
    this.flags[index] = (this.flags[index] ?? 0) | flag;
  }

  /** Gives back what one block of an entry held up: the number of blocks that are still to come. */
  countDown(index: number): number {
    return Atomics.sub(this.remaining, index, 1) - 1;
  }

  getState(index: number): EntryState {
    return Atomics.load(this.state, index) as EntryState;
  }

  setState(index: number, state: EntryState): void {
    Atomics.store(this.state, index, state);
  }

  #placeOf(index: number, block: number): number {
    return (this.#followPlace[index] ?? 0) - 1 + block;
  }

  #keepHash(hash: Uint8Array): number {
    const place = this.#hashCount++;
    const offset = place * this.#hashSizeBytes;
    if (offset + hash.length > this.#hashes.length)
      this.#hashes = enlarge(this.#hashes, offset + hash.length);
    this.#hashes.set(hash, offset);
    return place;
  }
}

/** Path offsets are 32-bit numbers. */
const LARGEST_BYTES = 2 ** 32 - 1;

function enlarge(buffer: Buffer, atLeastBytes: number): Buffer {
  if (atLeastBytes > LARGEST_BYTES) throw new Error('the paths of one restore have more than 4 GiB');
  const larger = Buffer.from(
    new SharedArrayBuffer(Math.min(LARGEST_BYTES, Math.max(atLeastBytes, Math.ceil(buffer.length * 1.5)))),
  );
  larger.set(buffer);
  return larger;
}

function sharedMemoryOf(buffer: Buffer): SharedArrayBuffer {
  if (buffer.buffer instanceof SharedArrayBuffer) return buffer.buffer;
  throw new Error('the paths of a restore table lie in shared memory');
}
