import { readFileSync } from 'node:fs';
import type { Driver } from './driver.ts';
import { DatabaseError } from './errors.ts';

/** The upgrades in order; the version of a database is how many of them it has seen (`PRAGMA user_version`). */
const UPGRADES = ['001-first.sql'] as const;

/** Marks a SQLite file as ours ("ASHL"), so that a foreign one is not taken for a backup's database. */
const APPLICATION_ID = 0x4153484c;

/** Creates the schema or brings it up to date. Throws `database-unreadable` for a foreign file, `database-too-new` for one of a later Ashlar. */
export function prepareSchema(driver: Driver, path: string): void {
  const version = pragma(driver, 'user_version');
  const applicationId = pragma(driver, 'application_id');
  const isEmpty = driver.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
  if (!isEmpty && applicationId !== APPLICATION_ID) {
    throw new DatabaseError('database-unreadable', `The file '${path}' is not a local database of Ashlar.`, {
      details: { path },
    });
  }
  if (version > UPGRADES.length) {
    throw new DatabaseError(
      'database-too-new',
      `The local database '${path}' was written by a newer Ashlar.`,
      {
        details: { path, version },
        hint: 'Install the newer version, or name another file with --dbpath; it will be rebuilt from the destination.',
      },
    );
  }
  driver.transaction(() => {
    for (const name of UPGRADES.slice(version))
      driver.exec(readFileSync(new URL(`schema/${name}`, import.meta.url), 'utf8'));
    driver.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${UPGRADES.length}`);
  });
}

function pragma(driver: Driver, name: 'user_version' | 'application_id'): number {
  const value = driver.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}
