import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import { findUnreadList } from '../compact/obstacles.ts';
import type { OperationContext } from '../context.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { hasLosses } from '../space/unsettled.ts';

/**
 * Damaged dblocks of which nothing is known and nothing is missed: every version can be read, and is whole
 * without them. Half an upload of somebody else looks like that.
 */
export function findUnneeded(database: LocalDatabase): VolumeRow[] {
  if (hasLosses(database) || findUnreadList(database) !== undefined) return [];
  return database.volumes
    .stored('dblock')
    .filter(({ areBlocksKnown, damagedAtMs }) => !areBlocksKnown && damagedAtMs !== undefined);
}

/** Deletes damaged dblocks that no version needs. */
export async function deleteUnneeded(
  { database, remote }: OpenedBackup,
  { log, clock }: Pick<OperationContext, 'log' | 'clock'>,
): Promise<void> {
  for (const { id, name } of findUnneeded(database)) {
    database.transaction(() => database.volumes.setState(id, 'deleting'));
    await deleteVolume(id, { remote, database, log, clock });
    log.write(
      'information',
      'leftover-deleted',
      `Deleted '${name}', which cannot be read and which no version needs.`,
    );
  }
}
