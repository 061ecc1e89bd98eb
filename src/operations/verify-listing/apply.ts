import type { Clock, Log } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { ListingPlan } from './plan.ts';

export interface ListingTools {
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Books what a listing proved, and clears what an interrupted run left. Only files that this database once decided to delete, or began to upload and never completed, are deleted. Lists and indexes that are missing or
 * damaged are given up here, so that they are written anew from the database.
 */
export async function applyListing(plan: ListingPlan, tools: ListingTools): Promise<void> {
  const { remote, database, log } = tools;
  database.transaction(() => {
    for (const volume of plan.arrived) database.volumes.setState(volume.id, 'uploaded');
    for (const volume of plan.seen) database.volumes.setState(volume.id, 'verified');
    for (const volume of plan.gone) forgetVolume(volume, database);
    for (const volume of plan.missing) if (volume.kind !== 'dblock') database.volumes.remove(volume.id);
    for (const { volume } of plan.damaged)
      if (volume.kind !== 'dblock') database.volumes.setState(volume.id, 'deleting');
    for (const volume of plan.leftovers) database.volumes.setState(volume.id, 'deleting');
  });
  for (const volume of plan.leftovers) {
    await remote.delete(volume.name);
    log.write(
      'information',
      'leftover-deleted',
      `Deleted '${volume.name}', which an interrupted run left behind.`,
    );
    database.transaction(() => forgetVolume(volume, database));
  }
}

function forgetVolume(volume: VolumeRow, database: LocalDatabase): void {
  if (volume.kind === 'dblock') database.blocks.dropVolume(volume.id);
  database.volumes.remove(volume.id);
}
