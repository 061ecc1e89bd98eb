import { bytes, type Driver, integer, type SqlRow, type Statement } from './driver.ts';
import { type BlockId, packBlockIds, unpackBlockIds, type VolumeId } from './references.ts';

/** One stored copy of a block. */
export interface BlockRow {
  readonly id: BlockId;
  readonly hash: Buffer;
  readonly sizeBytes: number;
  readonly volumeId: VolumeId;
}

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
      .prepare(
        `SELECT * FROM block WHERE volume_id IN (SELECT id FROM volume WHERE kind = 'dblock' AND state IN ('uploading', 'uploaded', 'verified')) ORDER BY id`,
      )
      .iterate();
    for (const row of rows) yield toBlock(row);
  }

  get(id: number): BlockRow | undefined {
    const row = this.#driver.prepare('SELECT * FROM block WHERE id = ?').get(id);
    return row === undefined ? undefined : toBlock(row);
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

  /** Moves the blocks of one dblock to another. Call `recomputeRange` for both afterwards. */
  move(id: number, volumeId: VolumeId): void {
    this.#driver.prepare('UPDATE block SET volume_id = ? WHERE id = ?').run(volumeId, id);
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

  /** Forgets the blocks of a dblock that is not at the destination. */
  dropVolume(volumeId: VolumeId): number {
    return this.#driver.prepare('DELETE FROM block WHERE volume_id = ?').run(volumeId).changes;
  }

  drop(id: number): void {
    this.#driver.prepare('DELETE FROM block WHERE id = ?').run(id);
  }
}

/** Content of several blocks, or whose file hash is not the hash of its block. */
export interface ContentRow {
  readonly id: number;
  readonly sizeBytes: number;
  readonly hash: Buffer;
  readonly blocks: Uint32Array;
  readonly blocklists: Uint32Array;
}

export class Contents {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  add(content: {
    sizeBytes: number;
    hash: Uint8Array;
    blocks: Uint32Array;
    blocklists: Uint32Array;
  }): number {
    return this.#driver
      .prepare('INSERT INTO content (size_bytes, hash, blocks, blocklists) VALUES (?, ?, ?, ?)')
      .run(content.sizeBytes, content.hash, packBlockIds(content.blocks), packBlockIds(content.blocklists))
      .lastId;
  }

  setBlocks(id: number, blocks: Uint32Array): void {
    this.#driver.prepare('UPDATE content SET blocks = ? WHERE id = ?').run(packBlockIds(blocks), id);
  }

  get(id: number): ContentRow {
    const row = this.#driver.prepare('SELECT * FROM content WHERE id = ?').get(id);
    if (row === undefined) throw new Error(`content ${id} is not in the database`);
    return toContent(row);
  }

  *all(): Generator<ContentRow> {
    for (const row of this.#driver.prepare('SELECT * FROM content ORDER BY id').iterate())
      yield toContent(row);
  }

  /** Drops the contents that no entry uses. */
  dropUnused(): void {
    this.#driver.exec(
      'DELETE FROM content WHERE id NOT IN (SELECT content FROM entry UNION SELECT metadata FROM entry)',
    );
  }
}

function toBlock(row: SqlRow): BlockRow {
  return {
    id: integer(row, 'id') as BlockId,
    hash: bytes(row, 'hash'),
    sizeBytes: integer(row, 'size_bytes'),
    volumeId: integer(row, 'volume_id') as VolumeId,
  };
}

function toContent(row: SqlRow): ContentRow {
  return {
    id: integer(row, 'id'),
    sizeBytes: integer(row, 'size_bytes'),
    hash: bytes(row, 'hash'),
    blocks: unpackBlockIds(bytes(row, 'blocks')),
    blocklists: unpackBlockIds(bytes(row, 'blocklists')),
  };
}
