import { type Driver, integer, type SqlRow, type Statement, text } from './driver.ts';
import { type EntryKind, readKind } from './entry-kind.ts';
import type { FilesetSeq } from './references.ts';

/**
 * What a path was from version `first` to version `last`, both included; between them may lie versions that
 * are gone.
 */
export interface EntryPeriod {
  readonly path: string;
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  /** Whole seconds since 1970. */
  readonly mtimeSeconds: number;
  readonly first: FilesetSeq;
  readonly last: FilesetSeq;
}

const COLUMNS = 'SELECT path, kind, size_bytes, mtime_s, first, last FROM entry';

/** What paths were over the versions, without what they are made of. */
export class EntryHistory {
  readonly #all: Statement;
  readonly #ofPath: Statement;

  constructor(driver: Driver) {
    this.#all = driver.prepare(`${COLUMNS} WHERE last >= ? AND first <= ? ORDER BY path, first`);
    this.#ofPath = driver.prepare(`${COLUMNS} WHERE path = ? ORDER BY first`);
  }

  /** All periods that touch the versions from `oldest` to `newest`, in the order of paths and then of time. */
  *between(oldest: FilesetSeq, newest: FilesetSeq): Generator<EntryPeriod> {
    for (const row of this.#all.iterate(oldest, newest)) yield toPeriod(row);
  }

  /** The periods of one path, the oldest first. */
  ofPath(path: string): EntryPeriod[] {
    return this.#ofPath.all(path).map(toPeriod);
  }
}

function toPeriod(row: SqlRow): EntryPeriod {
  return {
    path: text(row, 'path'),
    kind: readKind(row),
    sizeBytes: integer(row, 'size_bytes'),
    mtimeSeconds: integer(row, 'mtime_s'),
    first: integer(row, 'first') as FilesetSeq,
    last: integer(row, 'last') as FilesetSeq,
  };
}
