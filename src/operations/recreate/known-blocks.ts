import { IdSet } from '../../base/index.ts';
import type { LocalDatabase, Rebuild, VolumeId } from '../../database/index.ts';
import type { PackedBlocks } from '../../format/index.ts';
import { BlockTable } from '../../pipeline/index.ts';

/** The ids of the blocks of one volume. */
export interface BlockRange {
  readonly first: number;
  readonly last: number;
}

/**
 * `all`: every block that is seen becomes a row. `needed`: only those that an entry needs, as long as the
 * rebuild is for a part of the backup.
 */
export type RowPolicy = 'all' | 'needed';

interface Place extends BlockRange {
  readonly volumeId: VolumeId;
}

/** A volume while its blocks are booked. */
interface Span {
  readonly volumeId: VolumeId;
  first: number;
  last: number;
  /** The first id that was given to one of its blocks. */
  firstNew: number;
}

const NO_VOLUME = 0;

/**
 * Every block that was seen so far: in the description of a volume, or as needed by an entry. What is needed
 * before a volume was found that holds it is a row with an unknown place, which is filled in when the volume
 * turns up.
 */
export class KnownBlocks {
  readonly #database: LocalDatabase;
  readonly #rebuild: Rebuild;
  readonly #rows: RowPolicy;
  readonly #table: BlockTable;
  readonly #unplaced = new IdSet();
  /** Ids that have rows; kept only where not all have. */
  readonly #written = new IdSet();
  /** In ascending order. */
  readonly #places: Place[] = [];

  constructor(
    database: LocalDatabase,
    rebuild: Rebuild,
    options: { rows: RowPolicy; expectedBlocks: number },
  ) {
    this.#database = database;
    this.#rebuild = rebuild;
    this.#rows = options.rows;
    this.#table = BlockTable.create(options.expectedBlocks, 1);
  }

  /** How many needed blocks were not found in any volume so far. */
  get unplacedCount(): number {
    return this.#unplaced.size;
  }

  isUnplaced(id: number): boolean {
    return this.#unplaced.has(id);
  }

  /** The id of a block, or 0 where it was never seen. */
  find(hash: Uint8Array, sizeBytes: number): number {
    return this.#table.find(hash, sizeBytes);
  }

  /** The id of a block that an entry needs. */
  need(hash: Uint8Array, sizeBytes: number): number {
    const claimed = this.#claim(hash, sizeBytes);
    if (claimed > 0) {
      if (this.#rows === 'needed') this.#writeLate(claimed, hash, sizeBytes);
      return claimed;
    }
    const id = -claimed;
    this.#unplaced.add(id);
    this.#write(id, { hash, sizeBytes, volumeId: NO_VOLUME });
    return id;
  }

  /**
   * Books the blocks of a volume, and gives the range of their ids. `repeated`: the volume was described
   * before, so that a block that is known already counts as part of that.
   */
  addVolume(
    volumeId: VolumeId,
    blocks: PackedBlocks,
    description: 'first' | 'repeated',
  ): BlockRange | undefined {
    const { count, hashSizeBytes, hashes, sizes } = blocks;
    const keepsCopies = this.#rows === 'all' && description === 'first';
    const span: Span = {
      volumeId,
      first: Number.MAX_SAFE_INTEGER,
      last: 0,
      firstNew: Number.MAX_SAFE_INTEGER,
    };
    for (let index = 0; index < count; index++) {
      const hash = hashes.subarray(index * hashSizeBytes, (index + 1) * hashSizeBytes);
      const sizeBytes = sizes[index] ?? 0;
      const claimed = this.#claim(hash, sizeBytes);
      if (claimed < 0) this.#addNew(-claimed, hash, sizeBytes, span);
      else if (this.#unplaced.delete(claimed)) this.#place(claimed, span);
      else if (keepsCopies && claimed < span.firstNew) this.#addCopy(hash, sizeBytes, span);
    }
    const { first, last, firstNew } = span;
    if (firstNew <= last) this.#places.push({ first: firstNew, last, volumeId });
    return last === 0 ? undefined : { first, last };
  }

  #addNew(id: number, hash: Uint8Array, sizeBytes: number, span: Span): void {
    span.firstNew = Math.min(span.firstNew, id);
    if (this.#rows === 'all') this.#write(id, { hash, sizeBytes, volumeId: span.volumeId });
    include(span, id);
  }

  #place(id: number, span: Span): void {
    this.#rebuild.placeBlock(id, span.volumeId);
    include(span, id);
  }

  /** A second copy, in another volume, has a row of its own, so that each volume is known in full. */
  #addCopy(hash: Uint8Array, sizeBytes: number, span: Span): void {
    const id = this.#table.takeId();
    this.#write(id, { hash, sizeBytes, volumeId: span.volumeId });
    include(span, id);
  }

  #claim(hash: Uint8Array, sizeBytes: number): number {
    if (this.#table.isNearlyFull) this.#table.grow();
    return this.#table.claim(hash, sizeBytes);
  }

  #write(id: number, block: { hash: Uint8Array; sizeBytes: number; volumeId: VolumeId | 0 }): void {
    this.#database.blocks.add(id, block);
    if (this.#rows === 'needed') this.#written.add(id);
  }

  /** Writes the row of a block whose volume was seen before anything needed it. */
  #writeLate(id: number, hash: Uint8Array, sizeBytes: number): void {
    if (this.#written.has(id)) return;
    this.#write(id, { hash, sizeBytes, volumeId: this.#placeOf(id) });
  }

  #placeOf(id: number): VolumeId {
    let low = 0;
    let high = this.#places.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#places[middle]?.first ?? 0) <= id) low = middle;
      else high = middle - 1;
    }
    const place = this.#places[low];
    if (place === undefined) throw new Error(`block ${id} is in no volume`);
    return place.volumeId;
  }
}

function include(span: Span, id: number): void {
  span.first = Math.min(span.first, id);
  span.last = Math.max(span.last, id);
}
