import { bytes, type Driver, integer, type SqlRow, type Statement } from './driver.ts';
import { type ContentReference, type FilesetSeq, packBlockIds, type VolumeId } from './references.ts';
import { OPEN, type StoredEntry } from './stored-entry.ts';

/** Content with an id that the caller has chosen. */
export interface RebuiltContent {
  readonly id: number;
  readonly sizeBytes: number;
  readonly hash: Uint8Array;
  readonly blocks: Uint32Array;
  readonly blocklists: Uint32Array;
}

/** Content whose blocks are not known yet. */
export interface PostponedContent {
  readonly contentId: number;
  /** The hashes of all its blocklists, one after another. */
  readonly blocklistHashes: Buffer;
}

/** What an entry row refers to, and the versions that it belongs to. */
export interface EntrySpan {
  readonly content: ContentReference;
  readonly metadata: ContentReference;
  readonly first: FilesetSeq;
  readonly last: FilesetSeq;
}

const TABLES = `
  CREATE TEMP TABLE incoming (
    path TEXT NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,
    content INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    metadata INTEGER NOT NULL,
    mtime_s INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TEMP TABLE blocklist (hash BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TEMP TABLE unexpanded (content_id INTEGER PRIMARY KEY, blocklist_hashes BLOB NOT NULL);
  CREATE TEMP TABLE waiting (hash BLOB NOT NULL, content_id INTEGER NOT NULL, PRIMARY KEY (hash, content_id)) WITHOUT ROWID;`;

/** Ends the open rows that the new version does not have, or has otherwise. */
const CLOSE_OLD = `UPDATE entry SET last = ?1 - 1 WHERE last = ${OPEN} AND NOT EXISTS (
    SELECT 1 FROM incoming AS i WHERE i.path = entry.path AND i.kind = entry.kind AND i.content = entry.content
      AND i.size_bytes = entry.size_bytes AND i.metadata = entry.metadata AND i.mtime_s = entry.mtime_s)`;

/** In the order of paths, so that the table grows at its end and not in its middle. */
const OPEN_NEW = `INSERT INTO entry (path, first, last, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode)
  SELECT path, ?1, ${OPEN}, kind, content, size_bytes, metadata, mtime_s, NULL, NULL, NULL FROM incoming
  WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.path = incoming.path AND entry.last = ${OPEN}) ORDER BY path`;

/**
 * The steps of filling an empty database from what lies at the destination. Holds what is needed only
 * meanwhile in temporary tables, so that memory does not grow with the backup. Versions come oldest first.
 */
export class Rebuild implements Disposable {
  readonly #driver: Driver;
  readonly #addIncoming: Statement;
  readonly #addContent: Statement;
  readonly #placeBlock: Statement;

  constructor(driver: Driver) {
    this.#driver = driver;
    driver.exec(TABLES);
    this.#addIncoming = driver.prepare(
      'INSERT OR IGNORE INTO incoming (path, kind, content, size_bytes, metadata, mtime_s) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#addContent = driver.prepare(
      'INSERT INTO content (id, size_bytes, hash, blocks, blocklists) VALUES (?, ?, ?, ?, ?)',
    );
    this.#placeBlock = driver.prepare('UPDATE block SET volume_id = ? WHERE id = ?');
  }

  /** Gathers an entry of the version being read. Of two with one path the first stays. */
  addIncoming(entry: StoredEntry): void {
    this.#addIncoming.run(
      entry.path,
      entry.kind,
      entry.content,
      entry.sizeBytes,
      entry.metadata,
      entry.mtimeSeconds,
    );
  }

  /** Forgets the entries gathered so far: their list turned out to be damaged. */
  discardIncoming(): void {
    this.#driver.exec('DELETE FROM incoming');
  }

  /**
   * Makes the gathered entries the version `seq`, the newest one. An entry that is as in the version before
   * adds nothing.
   */
  takeIncoming(seq: FilesetSeq): void {
    this.#driver.prepare(CLOSE_OLD).run(seq);
    this.#driver.prepare(OPEN_NEW).run(seq);
    this.discardIncoming();
  }

  addContent(content: RebuiltContent): void {
    const { id, sizeBytes, hash, blocks, blocklists } = content;
    this.#addContent.run(id, sizeBytes, hash, packBlockIds(blocks), packBlockIds(blocklists));
  }

  /** Books where a block lies whose place was unknown. */
  placeBlock(id: number, volumeId: VolumeId): void {
    this.#placeBlock.run(volumeId, id);
  }

  /** Keeps the bytes of a blocklist, which the caller has checked, until the rebuild ends. */
  keepBlocklist(hash: Uint8Array, list: Uint8Array): void {
    this.#driver.prepare('INSERT OR IGNORE INTO blocklist (hash, bytes) VALUES (?, ?)').run(hash, list);
  }

  findBlocklist(hash: Uint8Array): Buffer | undefined {
    const row = this.#driver.prepare('SELECT bytes FROM blocklist WHERE hash = ?').get(hash);
    return row === undefined ? undefined : bytes(row, 'bytes');
  }

  /** Remembers that a content waits for some of its blocklists, which are given in order. */
  postpone(contentId: number, blocklistHashes: readonly Uint8Array[]): void {
    this.#driver
      .prepare('INSERT INTO unexpanded (content_id, blocklist_hashes) VALUES (?, ?)')
      .run(contentId, Buffer.concat(blocklistHashes));
    const wait = this.#driver.prepare('INSERT OR IGNORE INTO waiting (hash, content_id) VALUES (?, ?)');
    for (const hash of blocklistHashes) wait.run(hash, contentId);
  }

  /** The contents that wait, and this blocklist is one of theirs. */
  waitingFor(hash: Uint8Array): PostponedContent[] {
    return this.#driver
      .prepare('SELECT u.* FROM waiting JOIN unexpanded AS u USING (content_id) WHERE waiting.hash = ?')
      .all(hash)
      .map(toPostponed);
  }

  /** All contents that wait. */
  postponed(): PostponedContent[] {
    return this.#driver.prepare('SELECT * FROM unexpanded ORDER BY content_id').all().map(toPostponed);
  }

  /** A content does not wait any more. */
  settle(contentId: number): void {
    this.#driver.prepare('DELETE FROM unexpanded WHERE content_id = ?').run(contentId);
  }

  /** What every entry row refers to. */
  *spans(): Generator<EntrySpan> {
    for (const row of this.#driver.prepare('SELECT content, metadata, first, last FROM entry').iterate()) {
      yield {
        content: integer(row, 'content') as ContentReference,
        metadata: integer(row, 'metadata') as ContentReference,
        first: integer(row, 'first') as FilesetSeq,
        last: integer(row, 'last') as FilesetSeq,
      };
    }
  }

  [Symbol.dispose](): void {
    this.#driver.exec('DROP TABLE incoming; DROP TABLE blocklist; DROP TABLE unexpanded; DROP TABLE waiting');
  }
}

function toPostponed(row: SqlRow): PostponedContent {
  return { contentId: integer(row, 'content_id'), blocklistHashes: bytes(row, 'blocklist_hashes') };
}
