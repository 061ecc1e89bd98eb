import {
  asInteger,
  asOptionalHex,
  asOptionalInteger,
  asText,
  type Driver,
  integer,
  type SqlColumns,
  type SqlRow,
  type Statement,
} from './driver.ts';
import { asKind, ENTRY_KINDS, type EntryKind } from './entry-kind.ts';
import type { ContentReference, FilesetSeq } from './references.ts';
import { OPEN, type StoredEntry } from './stored-entry.ts';

const PAGE_ROWS = 2048;

/** What the newest version knows of one path. */
export interface EntryRow extends StoredEntry {
  /** 100 ns ticks within the second; `undefined` where only a file list is known. */
  readonly mtimeTicks: number | undefined;
  /** Change time in milliseconds as `lstat` gives it, and inode; `undefined` where never seen here. */
  readonly ctimeMs: number | undefined;
  readonly inode: number | undefined;
}

/** An entry with what a file list says of it. */
export interface ListedEntry extends StoredEntry {
  /** File hash of the content; `undefined` for folders, links and empty files. */
  readonly contentHash: Buffer | undefined;
  readonly metadataHash: Buffer | undefined;
  readonly metadataSizeBytes: number;
}

export interface EntrySelection {
  readonly seq: FilesetSeq;
  readonly kinds?: readonly EntryKind[];
  /** Only the paths after this one. */
  readonly after?: string;
  /** Only the paths up to this one, with it. */
  readonly upTo?: string | undefined;
}

/** How one path differs between two versions. */
export interface EntryChange {
  readonly path: string;
  readonly kind: EntryKind;
  readonly change: 'added' | 'deleted' | 'modified';
  /** In the newer of the two versions, of a deleted entry in the older one. */
  readonly sizeBytes: number;
}

/** What `toEntry` takes. */
const ENTRY_COLUMNS = 'path, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode';

/** What `toListed` takes. */
const LISTED = `SELECT e.path, e.kind, e.size_bytes, e.mtime_s, e.content, e.metadata,
    hex(COALESCE(cb.hash, cc.hash)) AS content_hash, hex(COALESCE(mb.hash, mc.hash)) AS metadata_hash,
    COALESCE(mb.size_bytes, mc.size_bytes, 0) AS metadata_size
  FROM entry AS e
  LEFT JOIN block AS cb ON e.content < 0 AND cb.id = -e.content
  LEFT JOIN content AS cc ON e.content > 0 AND cc.id = e.content
  LEFT JOIN block AS mb ON e.metadata < 0 AND mb.id = -e.metadata
  LEFT JOIN content AS mc ON e.metadata > 0 AND mc.id = e.metadata`;

/** The entries of all versions. */
export class Entries {
  readonly #driver: Driver;
  readonly #insert: Statement;
  readonly #close: Statement;
  readonly #dropOwn: Statement;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#insert = driver.prepare(
      `INSERT INTO entry (path, first, last, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode)
       VALUES (?, ?, ${OPEN}, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#close = driver.prepare(`UPDATE entry SET last = ? WHERE path = ? AND last = ${OPEN} AND first < ?`);
    this.#dropOwn = driver.prepare('DELETE FROM entry WHERE path = ? AND first = ?');
  }

  /**
   * Adds an entry to the version being made. `before`: `'absent'` where the path had no entry, else its entry
   * ends with the version before.
   */
  add(seq: FilesetSeq, row: EntryRow, before: 'absent' | 'present'): void {
    if (before === 'present') this.remove(seq, row.path);
    this.#insert.run(
      row.path,
      seq,
      row.kind,
      row.content,
      row.sizeBytes,
      row.metadata,
      row.mtimeSeconds,
      row.mtimeTicks ?? null,
      row.ctimeMs ?? null,
      row.inode ?? null,
    );
  }

  /** Ends the path with the version before `seq`. */
  remove(seq: FilesetSeq, path: string): void {
    this.#dropOwn.run(path, seq);
    this.#close.run(seq - 1, path, seq);
  }

  /** Books what `lstat` says now of an entry that did not change otherwise. */
  setSeen(
    path: string,
    seen: {
      readonly mtimeSeconds: number;
      readonly mtimeTicks: number;
      readonly ctimeMs: number;
      readonly inode: number;
    },
  ): void {
    this.#driver
      .prepare(
        `UPDATE entry SET mtime_s = ?, mtime_ticks = ?, ctime_ms = ?, inode = ? WHERE path = ? AND last = ${OPEN}`,
      )
      .run(seen.mtimeSeconds, seen.mtimeTicks, seen.ctimeMs, seen.inode, path);
  }

  /**
   * The entries of the newest version (or of the one being made), in the order of paths. Read in pages, so
   * that rows behind the current one may be written meanwhile and no long read holds the write-ahead log.
   */
  *open(): Generator<EntryRow> {
    const page = this.#driver.prepareColumns(
      `SELECT ${ENTRY_COLUMNS} FROM entry WHERE path > ? AND last = ${OPEN} ORDER BY path LIMIT ${PAGE_ROWS}`,
    );
    for (let after = ''; ; ) {
      const rows = page.all(after);
      for (const row of rows) yield toEntry(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = asText(last[0], 'path');
    }
  }

  find(seq: FilesetSeq, path: string): EntryRow | undefined {
    const row = this.#driver
      .prepareColumns(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE path = ? AND first <= ? AND last >= ?`)
      .get(path, seq, seq);
    return row === undefined ? undefined : toEntry(row);
  }

  /** The entries of a version as a file list needs them, in the order of paths. */
  *listed({ seq, kinds, after = '', upTo }: EntrySelection): Generator<ListedEntry> {
    const places = (kinds ?? Object.values(ENTRY_KINDS)).join(', ');
    const end = upTo === undefined ? '' : 'AND e.path <= ?';
    const rows = this.#driver
      .prepareColumns(
        `${LISTED} WHERE e.first <= ? AND e.last >= ? AND e.path > ? ${end} AND e.kind IN (${places}) ORDER BY e.path`,
      )
      .iterate(seq, seq, after, ...(upTo === undefined ? [] : [upTo]));
    for (const row of rows) yield toListed(row);
  }

  /** Every so manieth path of a version, in order: ends of ranges of that length. */
  *ends(seq: FilesetSeq, length: number): Generator<string> {
    const end = this.#driver.prepareColumns(
      'SELECT path FROM entry WHERE path > ? AND first <= ? AND last >= ? ORDER BY path LIMIT 1 OFFSET ?',
    );
    for (let after = ''; ; ) {
      const row = end.get(after, seq, seq, length - 1);
      if (row === undefined) return;
      after = asText(row[0], 'path');
      yield after;
    }
  }

  totals(seq: FilesetSeq): { files: number; folders: number; symlinks: number; sizeBytes: number } {
    const rows = this.#driver
      .prepare(
        'SELECT kind, COUNT(*) AS n, SUM(size_bytes) AS size FROM entry WHERE first <= ? AND last >= ? GROUP BY kind',
      )
      .all(seq, seq);
    const count = (kind: EntryKind) => rows.find((row) => row['kind'] === kind);
    const number = (row: SqlRow | undefined, column: string) =>
      row === undefined ? 0 : integer(row, column);
    return {
      files: number(count(ENTRY_KINDS.file), 'n'),
      folders: number(count(ENTRY_KINDS.folder), 'n'),
      symlinks: number(count(ENTRY_KINDS.symlink), 'n'),
      sizeBytes: number(count(ENTRY_KINDS.file), 'size'),
    };
  }

  /** The bytes that all paths of a version have together. */
  pathBytes(seq: FilesetSeq): number {
    const row = this.#driver
      .prepare('SELECT COALESCE(SUM(octet_length(path)), 0) AS n FROM entry WHERE first <= ? AND last >= ?')
      .get(seq, seq);
    return integer(row ?? {}, 'n');
  }

  /**
   * Every difference between two versions, in the order of paths. What is the same again after a change
   * between them is no difference.
   */
  *changes(base: FilesetSeq, to: FilesetSeq): Generator<EntryChange> {
    const rows = this.#driver
      .prepareColumns(
        `SELECT ${ENTRY_COLUMNS}, 'new' AS side FROM entry WHERE first <= $to AND last >= $to AND NOT (first <= $base AND last >= $base)
         UNION ALL
         SELECT ${ENTRY_COLUMNS}, 'old' AS side FROM entry WHERE first <= $base AND last >= $base AND NOT (first <= $to AND last >= $to)
         ORDER BY path, side`
          .replaceAll('$to', String(Math.trunc(to)))
          .replaceAll('$base', String(Math.trunc(base))),
      )
      .iterate();
    let pending: Side | undefined;
    for (const row of rows) {
      const next: Side = { ...toEntry(row), side: asText(row.at(-1), 'side') };
      if (pending?.path === next.path) {
        const { path, kind, sizeBytes } = pending;
        if (isChanged(pending, next)) yield { path, kind, change: 'modified', sizeBytes };
        pending = undefined;
        continue;
      }
      if (pending !== undefined) yield toChange(pending);
      pending = next;
    }
    if (pending !== undefined) yield toChange(pending);
  }

  /**
   * Makes `newest` the newest version again: what later versions added goes, what they ended goes on. Used
   * when a version is given up or the newest ones are deleted.
   */
  endWith(newest: FilesetSeq): void {
    this.#driver.prepare('DELETE FROM entry WHERE first > ?').run(newest);
    this.#driver.prepare('UPDATE entry SET last = ? WHERE last >= ? AND last <> ?').run(OPEN, newest, OPEN);
  }

  /** Drops the entries that belong to no version any more. Returns how many. */
  dropUnused(): number {
    return this.#driver
      .prepare(
        'DELETE FROM entry WHERE NOT EXISTS (SELECT 1 FROM fileset WHERE seq BETWEEN entry.first AND entry.last)',
      )
      .run().changes;
  }

  /** Distinct contents in use by any version, or by one: each entry's content and metadata. */
  *references(seq?: FilesetSeq): Generator<ContentReference> {
    const within = seq === undefined ? '' : 'WHERE first <= ?1 AND last >= ?1';
    const rows = this.#driver
      .prepare(`SELECT content AS r FROM entry ${within} UNION SELECT metadata FROM entry ${within}`)
      .iterate(...(seq === undefined ? [] : [seq]));
    for (const row of rows) yield integer(row, 'r') as ContentReference;
  }

  /** Lets every entry that consists of one block, or whose metadata does, use another copy of that. */
  replaceBlock(from: number, to: number): void {
    for (const column of ['content', 'metadata'])
      this.#driver.prepare(`UPDATE entry SET ${column} = ? WHERE ${column} = ?`).run(-to, -from);
  }

  /** The rows that the given version added, for checking them after an interrupted run. */
  addedBy(seq: FilesetSeq): EntryRow[] {
    return this.#driver
      .prepareColumns(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE first = ?`)
      .all(seq)
      .map(toEntry);
  }

  /** Takes back what the version being made says of a path: its own row goes, the row before goes on. */
  revert(seq: FilesetSeq, path: string): void {
    this.#dropOwn.run(path, seq);
    this.#driver.prepare('UPDATE entry SET last = ? WHERE path = ? AND last = ?').run(OPEN, path, seq - 1);
  }
}

interface Side extends EntryRow {
  readonly side: string;
}

function isChanged(one: EntryRow, other: EntryRow): boolean {
  return (
    one.kind !== other.kind ||
    one.content !== other.content ||
    one.metadata !== other.metadata ||
    one.sizeBytes !== other.sizeBytes ||
    one.mtimeSeconds !== other.mtimeSeconds
  );
}

function toChange(side: Side): EntryChange {
  const { path, kind, sizeBytes } = side;
  return { path, kind, change: side.side === 'new' ? 'added' : 'deleted', sizeBytes };
}

function toEntry([
  path,
  kind,
  content,
  sizeBytes,
  metadata,
  mtimeSeconds,
  mtimeTicks,
  ctimeMs,
  inode,
]: SqlColumns): EntryRow {
  return {
    path: asText(path, 'path'),
    kind: asKind(kind),
    content: asInteger(content, 'content') as ContentReference,
    sizeBytes: asInteger(sizeBytes, 'size_bytes'),
    metadata: asInteger(metadata, 'metadata') as ContentReference,
    mtimeSeconds: asInteger(mtimeSeconds, 'mtime_s'),
    mtimeTicks: asOptionalInteger(mtimeTicks, 'mtime_ticks'),
    ctimeMs: typeof ctimeMs === 'number' ? ctimeMs : undefined,
    inode: asOptionalInteger(inode, 'inode'),
  };
}

function toListed([
  path,
  kind,
  sizeBytes,
  mtimeSeconds,
  content,
  metadata,
  contentHash,
  metadataHash,
  metadataSizeBytes,
]: SqlColumns): ListedEntry {
  return {
    path: asText(path, 'path'),
    kind: asKind(kind),
    sizeBytes: asInteger(sizeBytes, 'size_bytes'),
    mtimeSeconds: asInteger(mtimeSeconds, 'mtime_s'),
    content: asInteger(content, 'content') as ContentReference,
    metadata: asInteger(metadata, 'metadata') as ContentReference,
    contentHash: asOptionalHex(contentHash, 'content_hash'),
    metadataHash: asOptionalHex(metadataHash, 'metadata_hash'),
    metadataSizeBytes: asInteger(metadataSizeBytes, 'metadata_size'),
  };
}
