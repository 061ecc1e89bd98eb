import { type Driver, integer, optionalInteger, type SqlRow } from './driver.ts';
import type { FilesetSeq, VolumeId } from './references.ts';

export interface FilesetTotals {
  readonly files: number;
  readonly folders: number;
  readonly symlinks: number;
  /** Sum of the sizes of the files. */
  readonly sizeBytes: number;
}

/** One version. */
export interface FilesetRow {
  readonly seq: FilesetSeq;
  /** Seconds since 1970: the time in the name of the dlist. */
  readonly timestamp: number;
  /** False for a partial version: stopped early, or formed after an interrupted run. */
  readonly isFull: boolean;
  /** False while the run that makes it has not stored its dlist. */
  readonly isComplete: boolean;
  readonly volumeId: VolumeId | undefined;
  readonly totals: FilesetTotals | undefined;
}

/** The versions of one backup. */
export class Filesets {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Begins a version after all others. */
  begin(timestamp: number, volumeId: VolumeId): FilesetSeq {
    const { lastId } = this.#driver
      .prepare(
        `INSERT INTO fileset (seq, timestamp, is_full, is_complete, volume_id)
         VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM (
           SELECT seq FROM fileset UNION ALL SELECT CAST(value AS INTEGER) FROM configuration WHERE key = 'last-fileset')), ?, 0, 0, ?)`,
      )
      .run(timestamp, volumeId);
    this.#driver
      .prepare(
        "INSERT INTO configuration (key, value) VALUES ('last-fileset', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      )
      .run(String(lastId));
    return lastId as FilesetSeq;
  }

  /** Sets what the file list of a version will say of it, before the list is stored. */
  describe(seq: FilesetSeq, kind: 'full' | 'partial', totals: FilesetTotals): void {
    this.#driver
      .prepare(
        'UPDATE fileset SET is_full = ?, file_count = ?, folder_count = ?, symlink_count = ?, size_bytes = ? WHERE seq = ?',
      )
      .run(kind === 'full' ? 1 : 0, totals.files, totals.folders, totals.symlinks, totals.sizeBytes, seq);
  }

  /** Makes a version count: its file list is stored. */
  complete(seq: FilesetSeq): void {
    this.#driver.prepare('UPDATE fileset SET is_complete = 1 WHERE seq = ?').run(seq);
  }

  setTime(seq: FilesetSeq, timestamp: number): void {
    this.#driver.prepare('UPDATE fileset SET timestamp = ? WHERE seq = ?').run(timestamp, seq);
  }

  setVolume(seq: FilesetSeq, volumeId: VolumeId): void {
    this.#driver.prepare('UPDATE fileset SET volume_id = ? WHERE seq = ?').run(volumeId, seq);
  }

  /** Complete versions, newest first: the place in the list is the number that a user gives with `--version`. */
  versions(): FilesetRow[] {
    return this.#driver
      .prepare('SELECT * FROM fileset WHERE is_complete = 1 ORDER BY seq DESC')
      .all()
      .map(toFileset);
  }

  /** Versions that a run began and did not finish, oldest first. */
  incomplete(): FilesetRow[] {
    return this.#driver
      .prepare('SELECT * FROM fileset WHERE is_complete = 0 ORDER BY seq')
      .all()
      .map(toFileset);
  }

  get(seq: FilesetSeq): FilesetRow {
    const row = this.#driver.prepare('SELECT * FROM fileset WHERE seq = ?').get(seq);
    if (row === undefined) throw new Error(`fileset ${seq} is not in the database`);
    return toFileset(row);
  }

  remove(seq: FilesetSeq): void {
    this.#driver.prepare('DELETE FROM fileset WHERE seq = ?').run(seq);
  }
}

function toFileset(row: SqlRow): FilesetRow {
  const files = optionalInteger(row, 'file_count');
  return {
    seq: integer(row, 'seq') as FilesetSeq,
    timestamp: integer(row, 'timestamp'),
    isFull: integer(row, 'is_full') === 1,
    isComplete: integer(row, 'is_complete') === 1,
    volumeId: optionalInteger(row, 'volume_id') as VolumeId | undefined,
    totals:
      files === undefined
        ? undefined
        : {
            files,
            folders: integer(row, 'folder_count'),
            symlinks: integer(row, 'symlink_count'),
            sizeBytes: integer(row, 'size_bytes'),
          },
  };
}
