import { bytes, type Driver, integer, optionalText, type SqlRow, type Statement, text } from './driver.ts';
import type { BlockId, VolumeId } from './references.ts';

/** One stored copy of a block. */
export interface BlockRow {
  readonly id: BlockId;
  readonly hash: Buffer;
  readonly sizeBytes: number;
  readonly volumeId: VolumeId;
}

/** Where a block lies. */
export type BlockPlace = Omit<BlockRow, 'hash'>;

/** Many blocks, by column: the ids, the lengths, and the hashes one behind the other. */
export interface BlockColumns {
  readonly ids: readonly number[];
  readonly sizesBytes: readonly number[];
  readonly hashes: Buffer;
}

/** The dblocks that lie at the destination. */
const STORED_DBLOCKS = `SELECT id FROM volume WHERE kind = 'dblock' AND state IN ('uploading', 'uploaded', 'verified')`;
/** So many ids, with or without a row, are read for one `BlockColumns`. */
const BULK_IDS = 1 << 14;

/** Within the range of a dblock that was completed; all over the table for one that never was. */
const DROP_VOLUME = `DELETE FROM block WHERE volume_id = ?1
  AND id >= COALESCE((SELECT first_block FROM volume WHERE id = ?1 AND blocks_known = 1), 0)
  AND id <= COALESCE((SELECT last_block FROM volume WHERE id = ?1 AND blocks_known = 1), ${Number.MAX_SAFE_INTEGER})`;

/**
 * A range of rows as one, since thousands of rows and blobs cost ten times as much as a few long texts. The
 * columns agree in their order.
 */
const PLACES_IN_RANGE = `SELECT group_concat(id) AS ids, group_concat(size_bytes) AS sizes, group_concat(volume_id) AS volumes
  FROM block WHERE id BETWEEN ? AND ?`;
const HASHES_IN_RANGE = `SELECT group_concat(id) AS ids, group_concat(hex(hash), '') AS hashes
  FROM block WHERE id BETWEEN ? AND ?`;

/** The blocks that lie in the dblocks. */
export class Blocks {
  readonly #driver: Driver;
  readonly #insert: Statement;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#insert = driver.prepare('INSERT INTO block (id, hash, size_bytes, volume_id) VALUES (?, ?, ?, ?)');
  }

  add(
    id: number,
    block: { readonly hash: Uint8Array; readonly sizeBytes: number; readonly volumeId: VolumeId | 0 },
  ): void {
    this.#insert.run(id, block.hash, block.sizeBytes, block.volumeId);
  }

  count(): number {
    return integer(this.#driver.prepare('SELECT COUNT(*) AS n FROM block').get() ?? {}, 'n');
  }

  maxId(): number {
    return integer(this.#driver.prepare('SELECT COALESCE(MAX(id), 0) AS n FROM block').get() ?? {}, 'n');
  }

  *all(): Generator<BlockRow> {
    for (const row of this.#driver.prepare('SELECT * FROM block ORDER BY id').iterate()) yield toBlock(row);
  }

  /** Blocks whose dblock lies at the destination. */
  *stored(): Generator<BlockRow> {
    const rows = this.#driver
      .prepare(`SELECT * FROM block WHERE volume_id IN (${STORED_DBLOCKS}) ORDER BY id`)
      .iterate();
    for (const row of rows) yield toBlock(row);
  }

  /**
   * The same blocks, many at a time and in no order: making an object for each row takes four times as long.
   */
  *storedColumns(): Generator<BlockColumns> {
    const bulk = this.#driver.prepare(
      `SELECT group_concat(id) AS ids, group_concat(size_bytes) AS sizes, group_concat(hex(hash), '') AS hashes
       FROM block WHERE id BETWEEN ? AND ? AND volume_id IN (${STORED_DBLOCKS})`,
    );
    const end = this.maxId();
    for (let first = 0; first <= end; first += BULK_IDS) {
      const row = bulk.get(first, first + BULK_IDS - 1) ?? {};
      const ids = optionalText(row, 'ids');
      if (ids === undefined) continue;
      yield {
        ids: integers(ids),
        sizesBytes: integers(text(row, 'sizes')),
        hashes: Buffer.from(text(row, 'hashes'), 'hex'),
      };
    }
  }

  /** Blocks that a version needs and whose dblock is lost. */
  *unplaced(): Generator<BlockRow> {
    for (const row of this.#driver.prepare('SELECT * FROM block WHERE volume_id = 0 ORDER BY id').iterate())
      yield toBlock(row);
  }

  get(id: number): BlockRow | undefined {
    const row = this.#driver.prepare('SELECT * FROM block WHERE id = ?').get(id);
    return row === undefined ? undefined : toBlock(row);
  }

  /**
   * The rows of the given ids, which are ascending and without repeats; an id without a row is left out. Ids
   * that lie close are read together.
   */
  *among(ids: Uint32Array): Generator<BlockRow> {
    for (const row of this.#rowsAmong('SELECT * FROM block WHERE id BETWEEN ? AND ? ORDER BY id', ids))
      yield toBlock(row);
  }

  /** Like `among`, without the hashes. */
  *placesAmong(ids: Uint32Array): Generator<BlockPlace> {
    const statement = this.#driver.prepare(PLACES_IN_RANGE);
    for (const run of runsOf(ids)) {
      const row = statement.get(run[0] ?? 0, run.at(-1) ?? 0) ?? {};
      const sizes = numbers(row, 'sizes');
      const volumes = numbers(row, 'volumes');
      for (const [id, index] of findAmong(run, numbers(row, 'ids'))) {
        yield {
          id: id as BlockId,
          sizeBytes: sizes[index] ?? 0,
          volumeId: (volumes[index] ?? 0) as VolumeId,
        };
      }
    }
  }

  /**
   * The hashes of the given ids, which are ascending and without repeats, one after the other; zeros where
   * there is no row.
   */
  hashesAmong(ids: Uint32Array, hashSizeBytes: number): Buffer {
    const hashes = Buffer.alloc(ids.length * hashSizeBytes);
    const statement = this.#driver.prepare(HASHES_IN_RANGE);
    let before = 0;
    for (const run of runsOf(ids)) {
      const row = statement.get(run[0] ?? 0, run.at(-1) ?? 0) ?? {};
      const found = Buffer.from(optionalText(row, 'hashes') ?? '', 'hex');
      for (const [, index, place] of findAmong(run, numbers(row, 'ids'))) {
        const start = index * hashSizeBytes;
        found.copy(hashes, (before + place) * hashSizeBytes, start, start + hashSizeBytes);
      }
      before += run.length;
    }
    return hashes;
  }

  *#rowsAmong(sql: string, ids: Uint32Array): Generator<SqlRow> {
    const statement = this.#driver.prepare(sql);
    for (const run of runsOf(ids)) {
      let at = 0;
      for (const row of statement.all(run[0] ?? 0, run.at(-1) ?? 0)) {
        const id = integer(row, 'id');
        while (at < run.length && (run[at] ?? 0) < id) at++;
        if (run[at] === id) yield row;
      }
    }
  }

  /** The blocks of one dblock, in the order of their ids. */
  *ofVolume(volumeId: VolumeId): Generator<BlockRow> {
    const rows = this.#driver
      .prepare(
        `SELECT block.* FROM volume JOIN block ON block.id BETWEEN volume.first_block AND volume.last_block AND block.volume_id = volume.id
         WHERE volume.id = ? ORDER BY block.id`,
      )
      .iterate(volumeId);
    for (const row of rows) yield toBlock(row);
  }

  /** Books that a block lies in another dblock, 0 for none. Set the ranges of both afterwards. */
  move(id: number, volumeId: VolumeId | 0): void {
    this.#driver.prepare('UPDATE block SET volume_id = ? WHERE id = ?').run(volumeId, id);
  }

  /** Books that all blocks of one dblock, whose ids lie in the range, lie in another. */
  moveRange(range: { readonly first: number; readonly last: number }, from: VolumeId, into: VolumeId): void {
    this.#driver
      .prepare('UPDATE block SET volume_id = ? WHERE id BETWEEN ? AND ? AND volume_id = ?')
      .run(into, range.first, range.last, from);
  }

  /** The range of block ids of a dblock, by a scan of the table. */
  rangeOf(volumeId: VolumeId): { first: number; last: number } | undefined {
    const row = this.#driver
      .prepare('SELECT MIN(id) AS first, MAX(id) AS last FROM block WHERE volume_id = ?')
      .get(volumeId);
    return row === undefined || row['first'] === null
      ? undefined
      : { first: integer(row, 'first'), last: integer(row, 'last') };
  }

  /** Where every block lies, in the order of ids. */
  *places(): Generator<BlockPlace> {
    const rows = this.#driver.prepare('SELECT id, size_bytes, volume_id FROM block ORDER BY id').iterate();
    for (const row of rows) yield toPlace(row);
  }

  /** Forgets the blocks of a dblock that is not at the destination, or goes from there. */
  dropVolume(volumeId: VolumeId): number {
    return this.#driver.prepare(DROP_VOLUME).run(volumeId).changes;
  }

  drop(id: number): void {
    this.#driver.prepare('DELETE FROM block WHERE id = ?').run(id);
  }
}

/** Skipping this many rows costs less than another query. */
const LARGEST_GAP = 16;
const LARGEST_SPAN = 1024;

/** The ids cut into runs that are worth one range query each. */
function* runsOf(ids: Uint32Array): Generator<Uint32Array> {
  for (let start = 0; start < ids.length; ) {
    const end = endOfRun(ids, start);
    yield ids.subarray(start, end);
    start = end;
  }
}

/** Those of the ids that are among `found`, with their place there. Both ascend. */
function* findAmong(
  ids: Uint32Array,
  found: readonly number[],
): Generator<[id: number, index: number, place: number]> {
  let at = 0;
  for (let index = 0; index < found.length; index++) {
    const id = found[index] ?? 0;
    while (at < ids.length && (ids[at] ?? 0) < id) at++;
    if (ids[at] === id) yield [id, index, at];
  }
}

/** Where the run of ids from `start` ends. */
function endOfRun(ids: Uint32Array, start: number): number {
  const first = ids[start] ?? 0;
  let end = start + 1;
  while (end < ids.length) {
    const id = ids[end] ?? 0;
    if (id - (ids[end - 1] ?? 0) > LARGEST_GAP || id - first > LARGEST_SPAN) break;
    end++;
  }
  return end;
}

function numbers(row: SqlRow, column: string): readonly number[] {
  return integers(optionalText(row, column) ?? '');
}

function toPlace(row: SqlRow): BlockPlace {
  return {
    id: integer(row, 'id') as BlockId,
    sizeBytes: integer(row, 'size_bytes'),
    volumeId: integer(row, 'volume_id') as VolumeId,
  };
}

function toBlock(row: SqlRow): BlockRow {
  return {
    id: integer(row, 'id') as BlockId,
    hash: bytes(row, 'hash'),
    sizeBytes: integer(row, 'size_bytes'),
    volumeId: integer(row, 'volume_id') as VolumeId,
  };
}

/** Numbers as SQLite joins them. */
function integers(list: string): number[] {
  return JSON.parse(`[${list}]`) as number[];
}
