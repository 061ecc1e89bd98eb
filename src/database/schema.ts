import { readFileSync } from 'node:fs';
import type { Driver } from './driver.ts';
import { DatabaseError } from './errors.ts';

/** One kind of SQLite file. */
export interface Schema {
  /** The upgrades in order; the version of a database is how many of them it has seen (`PRAGMA user_version`). */
  readonly upgrades: readonly URL[];
  /** Marks a SQLite file as one of this kind (`PRAGMA application_id`), so that a foreign one is not taken for it. */
  readonly applicationId: number;
  /** What messages call it. */
  readonly name: string;
  /** What to do about a file of a later Ashlar. */
  readonly tooNewHint: string;
}

/** The local database of one backup ("ASHL"). */
export const LOCAL_SCHEMA: Schema = {
  upgrades: ['001-first', '002-damage', '003-verdict', '004-lines-in-results'].map(
    (name) => new URL(`schema/${name}.sql`, import.meta.url),
  ),
  applicationId: 0x4153484c,
  name: 'local database',
  tooNewHint:
    'Install the newer version, or name another file with --dbpath; it will be rebuilt from the destination.',
};

/**
 * Creates the schema or brings it up to date. Throws `database-unreadable` for a foreign file,
 * `database-too-new` for one of a later Ashlar.
 */
export function prepareSchema(driver: Driver, path: string, schema: Schema): void {
  const { upgrades, applicationId } = schema;
  const version = pragma(driver, 'user_version');
  const isEmpty = driver.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
  if (!isEmpty && pragma(driver, 'application_id') !== applicationId) {
    throw new DatabaseError('database-unreadable', `The file '${path}' is not a ${schema.name} of Ashlar.`, {
      details: { path },
    });
  }
  if (version > upgrades.length) {
    throw new DatabaseError(
      'database-too-new',
      `The ${schema.name} '${path}' was written by a newer Ashlar.`,
      { details: { path, version }, hint: schema.tooNewHint },
    );
  }
  driver.transaction(() => {
    for (const upgrade of upgrades.slice(version)) driver.exec(readFileSync(upgrade, 'utf8'));
    driver.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${upgrades.length}`);
  });
}

function pragma(driver: Driver, name: 'user_version' | 'application_id'): number {
  const value = driver.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}
