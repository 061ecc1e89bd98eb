import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage } from '../../base/index.ts';
import { type Driver, openDriver } from '../driver.ts';
import { DatabaseError } from '../errors.ts';
import { prepareSchema, type Schema } from '../schema.ts';
import { MirrorDestinations } from './destinations.ts';
import { MirrorLog } from './log.ts';
import { MirrorRuns } from './runs.ts';
import { MirrorSources } from './sources.ts';

/** What this machine knows of its pulls ("ASHM"). */
const MIRROR_SCHEMA: Schema = {
  upgrades: ['001-first', '002-rename'].map((name) => new URL(`schema/${name}.sql`, import.meta.url)),
  applicationId: 0x4153484d,
  name: 'database of pulls',
  tooNewHint: 'Install the newer version.',
};

/**
 * Sources, destinations, runs and log of the pulls of this machine. Several processes may have it open; each
 * call is a transaction of its own.
 */
export class MirrorDatabase implements Disposable {
  readonly destinations: MirrorDestinations;
  readonly sources: MirrorSources;
  readonly runs: MirrorRuns;
  readonly log: MirrorLog;
  readonly #driver: Driver;

  private constructor(driver: Driver) {
    this.#driver = driver;
    this.destinations = new MirrorDestinations(driver);
    this.sources = new MirrorSources(driver);
    this.runs = new MirrorRuns(driver);
    this.log = new MirrorLog(driver);
  }

  /** Opens or creates the file, and its folder. Throws `database-unreadable`, `database-too-new`. */
  static open(path: string): MirrorDatabase {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    let driver: Driver | undefined;
    try {
      driver = openDriver(path);
      chmodSync(path, 0o600);
      driver.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      prepareSchema(driver, path, MIRROR_SCHEMA);
      return new MirrorDatabase(driver);
    } catch (error) {
      driver?.close();
      if (error instanceof DatabaseError) throw error;
      throw new DatabaseError(
        'database-unreadable',
        `Cannot open the database of pulls '${path}': ${errorMessage(error)}.`,
        { details: { path }, cause: error },
      );
    }
  }

  /** Runs `work` as one transaction. */
  transaction<T>(work: () => T): T {
    return this.#driver.transaction(work);
  }

  /** The limits that hold everywhere, as JSON; `{}` at first. */
  defaults(): string {
    const row = this.#driver.prepare('SELECT fields FROM defaults WHERE id = 1').get();
    return typeof row?.['fields'] === 'string' ? row['fields'] : '{}';
  }

  setDefaults(fields: string): void {
    this.#driver
      .prepare(
        'INSERT INTO defaults (id, fields) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET fields = excluded.fields',
      )
      .run(fields);
  }

  [Symbol.dispose](): void {
    this.#driver.close();
  }
}
