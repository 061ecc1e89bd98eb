import type { LocalDatabase } from '../../database/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import { timeOf } from '../recreate/choose-dlists.ts';

/** Marks a database that was made from file lists alone: it knows paths, and nothing can be restored by it. */
export function markPathsOnly(database: LocalDatabase): void {
  database.transaction(() => database.configuration.set('paths-only', 'true'));
}

export function hasPathsOnly({ configuration }: LocalDatabase): boolean {
  return configuration.get('paths-only') !== undefined;
}

/** Whether the database knows every one of these versions. */
export function knowsVersions({ filesets }: LocalDatabase, dlists: readonly ListedVolume[]): boolean {
  const times = new Set(filesets.versions().map(({ timestamp }) => timestamp));
  return dlists.every((dlist) => times.has(Math.floor(timeOf(dlist) / 1000)));
}
