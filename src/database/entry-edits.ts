import type { Driver } from './driver.ts';
import type { ContentReference, FilesetSeq } from './references.ts';
import { OPEN } from './stored-entry.ts';

/** A copy of the part of a row that follows a version. */
const ADD_REST = `INSERT INTO entry (path, first, last, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode)
  SELECT path, ?1 + 1, last, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode FROM entry
  WHERE path = ?2 AND first <= ?1 AND last > ?1`;

/** A copy of the row for one version alone. */
const ADD_SINGLE = `INSERT INTO entry (path, first, last, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode)
  SELECT path, ?1, ?3, kind, content, size_bytes, metadata, mtime_s, mtime_ticks, ctime_ms, inode FROM entry
  WHERE path = ?2 AND first < ?1 AND last >= ?1`;

/**
 * Changes to a version that is complete already. Each concerns that version alone: the entry stays as it is
 * in those before and after.
 */
export class EntryEdits {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Takes a path out of a version. `newest`: no version follows, nor one that is being made. */
  remove(seq: FilesetSeq, path: string, place: 'newest' | 'older'): void {
    this.#isolate(seq, path, place);
    this.#driver.prepare('DELETE FROM entry WHERE path = ? AND first = ?').run(path, seq);
  }

  /**
   * Gives the entry of a path other metadata in a version. What was seen of the file is forgotten, so that
   * the next backup looks at it closely.
   */
  setMetadata(seq: FilesetSeq, path: string, place: 'newest' | 'older', metadata: ContentReference): void {
    this.#isolate(seq, path, place);
    this.#driver
      .prepare(
        'UPDATE entry SET metadata = ?, mtime_ticks = NULL, ctime_ms = NULL, inode = NULL WHERE path = ? AND first = ?',
      )
      .run(metadata, path, seq);
  }

  /** Gives the version a row of its own for the path. */
  #isolate(seq: FilesetSeq, path: string, place: 'newest' | 'older'): void {
    if (place === 'older') this.#driver.prepare(ADD_REST).run(seq, path);
    const last = place === 'newest' ? OPEN : seq;
    this.#driver.prepare(ADD_SINGLE).run(seq, path, last);
    this.#driver
      .prepare('UPDATE entry SET last = ?3 WHERE path = ?2 AND first < ?1 AND last >= ?1')
      .run(seq, path, seq - 1);
    this.#driver.prepare('UPDATE entry SET last = ?3 WHERE path = ?2 AND first = ?1').run(seq, path, last);
  }
}
