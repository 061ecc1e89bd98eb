import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { errorMessage } from '../base/index.ts';
import { Blocks } from './blocks.ts';
import { Configuration } from './configuration.ts';
import { Contents } from './contents.ts';
import { type Driver, openDriver } from './driver.ts';
import { Entries } from './entries.ts';
import { EntryBlocks } from './entry-blocks.ts';
import { EntryEdits } from './entry-edits.ts';
import { EntryHistory } from './entry-history.ts';
import { DatabaseError } from './errors.ts';
import { Filesets } from './filesets.ts';
import { Operations } from './operations.ts';
import { Rebuild } from './rebuild.ts';
import { LOCAL_SCHEMA, prepareSchema } from './schema.ts';
import { Volumes } from './volumes.ts';

/**
 * The bookkeeping of one backup: a cache of what lies at the destination, which can be rebuilt from there at
 * any time. One connection writes; all calls are synchronous.
 */
export class LocalDatabase implements Disposable {
  readonly path: string;
  readonly configuration: Configuration;
  readonly operations: Operations;
  readonly volumes: Volumes;
  readonly filesets: Filesets;
  readonly entries: Entries;
  readonly entryBlocks: EntryBlocks;
  readonly entryEdits: EntryEdits;
  readonly entryHistory: EntryHistory;
  readonly blocks: Blocks;
  readonly contents: Contents;
  readonly #driver: Driver;
  #isOpen = true;

  private constructor(path: string, driver: Driver) {
    this.path = path;
    this.#driver = driver;
    this.configuration = new Configuration(driver);
    this.operations = new Operations(driver);
    this.volumes = new Volumes(driver);
    this.filesets = new Filesets(driver);
    this.entries = new Entries(driver);
    this.entryBlocks = new EntryBlocks(driver);
    this.entryEdits = new EntryEdits(driver);
    this.entryHistory = new EntryHistory(driver);
    this.blocks = new Blocks(driver);
    this.contents = new Contents(driver);
  }

  /** Opens or creates the database. Throws `database-unreadable` when the file is damaged or foreign. */
  static open(path: string): LocalDatabase {
    let driver: Driver | undefined;
    try {
      driver = openDriver(path);
      chmodSync(path, 0o600);
      driver.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE',
      );
      prepareSchema(driver, path, LOCAL_SCHEMA);
      return new LocalDatabase(path, driver);
    } catch (error) {
      driver?.close();
      if (error instanceof DatabaseError) throw error;
      throw new DatabaseError(
        'database-unreadable',
        `The local database '${path}' cannot be read: ${errorMessage(error)}.`,
        {
          details: { path },
          cause: error,
        },
      );
    }
  }

  /**
   * A second connection to a database that is open, for reading what is committed: for another thread, which
   * cannot use the first one.
   */
  static openReader(path: string): LocalDatabase {
    return new LocalDatabase(path, openDriver(path, 'read-only'));
  }

  /** Whether all that was written is committed, so that other connections see it. */
  get isCommitted(): boolean {
    return !this.#driver.isGathering;
  }

  /** Runs a synchronous function between BEGIN and COMMIT; what it wrote is on disk when this returns. */
  transaction<T>(work: () => T): T {
    return this.#driver.transaction(work);
  }

  /** Runs small writes that become durable with the next `transaction`; a crash before that loses them together. */
  gather(work: () => void): void {
    this.#driver.gather(work);
  }

  /** Begins the filling of this database, which is empty, from the destination. Dispose of it at the end. */
  beginRebuild(): Rebuild {
    return new Rebuild(this.#driver);
  }

  /** Checks the file from end to end as SQLite sees it; the first complaint, or `undefined`. */
  firstComplaint(): string | undefined {
    const answer = this.#driver.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    return answer === 'ok' ? undefined : String(answer);
  }

  /** Rewrites the file without the room that deleted rows left. */
  vacuum(): void {
    this.#driver.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#driver.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const COMPANIONS = ['', '-wal', '-shm'] as const;

/**
 * Puts a freshly built database in the place of the old one, which is kept beside it as `<path>.backup` until
 * the next time. Neither may be open.
 */
export function replaceDatabase(freshPath: string, path: string): void {
  for (const companion of COMPANIONS) {
    rmSync(`${path}.backup${companion}`, { force: true });
    if (existsSync(path + companion)) renameSync(path + companion, `${path}.backup${companion}`);
  }
  for (const companion of COMPANIONS) {
    if (existsSync(freshPath + companion)) renameSync(freshPath + companion, path + companion);
  }
}

/** Removes a database and its companions. */
export function removeDatabase(path: string): void {
  for (const companion of COMPANIONS) rmSync(path + companion, { force: true });
}
