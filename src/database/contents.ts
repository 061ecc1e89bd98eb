import { bytes, type Driver, integer, type SqlRow } from './driver.ts';
import { type ContentReference, EMPTY_CONTENT, packBlockIds, unpackBlockIds } from './references.ts';

/** Content of several blocks, or whose file hash is not the hash of its block. */
export interface ContentRow {
  readonly id: number;
  readonly sizeBytes: number;
  readonly hash: Buffer;
  readonly blocks: Uint32Array;
  readonly blocklists: Uint32Array;
}

/** The contents that entries refer to by rows. */
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

  setBlocklists(id: number, blocklists: Uint32Array): void {
    this.#driver.prepare('UPDATE content SET blocklists = ? WHERE id = ?').run(packBlockIds(blocklists), id);
  }

  get(id: number): ContentRow {
    const row = this.#driver.prepare('SELECT * FROM content WHERE id = ?').get(id);
    if (row === undefined) throw new Error(`content ${id} is not in the database`);
    return toContent(row);
  }

  /** The file hash of what a reference stands for; `undefined` for nothing. */
  hashOf(reference: ContentReference): Buffer | undefined {
    if (reference === EMPTY_CONTENT) return undefined;
    const table = reference < 0 ? 'block' : 'content';
    const row = this.#driver.prepare(`SELECT hash FROM ${table} WHERE id = ?`).get(Math.abs(reference));
    return row === undefined ? undefined : bytes(row, 'hash');
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

function toContent(row: SqlRow): ContentRow {
  return {
    id: integer(row, 'id'),
    sizeBytes: integer(row, 'size_bytes'),
    hash: bytes(row, 'hash'),
    blocks: unpackBlockIds(bytes(row, 'blocks')),
    blocklists: unpackBlockIds(bytes(row, 'blocklists')),
  };
}
