import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import { markUnsettled } from './unsettled.ts';

/**
 * Books that all volumes of this moment lay at the destination without any file list that can be read. A
 * first backup that ended early leaves that, but so does somebody who loses the lists, and may bring them
 * back: as long as the user does not say so, nothing of these volumes counts as waste. Call it in a
 * transaction.
 */
export function markUnlisted({ configuration, volumes }: LocalDatabase): void {
  const newest = volumes.all().at(-1);
  if (newest !== undefined) configuration.set('unlisted-through', String(newest.id));
}

/** Tells the volumes that older lists, if there are any, may need. */
export function unlistedVolumes({ configuration }: LocalDatabase): (volume: VolumeRow) => boolean {
  const through = Number(configuration.get('unlisted-through') ?? 0);
  return ({ id }) => id <= through;
}

/** The user says that no older lists come back. */
export function releaseUnlisted(database: LocalDatabase): void {
  if (database.configuration.get('unlisted-through') === undefined) return;
  database.transaction(() => {
    database.configuration.clear('unlisted-through');
    markUnsettled(database);
  });
}
