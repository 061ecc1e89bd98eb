import { errorCode, type Log } from '../../base/index.ts';
import type { VolumeId } from '../../database/index.ts';
import { canLock } from '../../transfer/index.ts';
import { askLock, findLocked, type LockTools } from './find-locked.ts';

export interface DeletionTools extends LockTools {
  readonly log: Log;
}

/**
 * Deletes a volume that is booked for deletion, and books that it is gone. One that the storage locks stays,
 * booked as before, so that a later run deletes it; that is told, and is no failure.
 */
export async function deleteVolume(id: VolumeId, tools: DeletionTools): Promise<void> {
  const { database, clock, log } = tools;
  if (await deleteUnlessLocked(id, tools)) {
    database.transaction(() => database.volumes.setDeleted(id, clock.now()));
    return;
  }
  const { name, lockedUntilMs = 0 } = database.volumes.get(id);
  log.write(
    'warning',
    'volume-locked',
    `'${name}' is locked until ${new Date(lockedUntilMs).toISOString()}; a run after that deletes it.`,
  );
}

/** Deletes all volumes that are booked for deletion. */
export async function deleteGivenUp(
  { database, remote }: Pick<LockTools, 'database' | 'remote'>,
  { clock, log }: Pick<DeletionTools, 'clock' | 'log'>,
): Promise<void> {
  for (const { id, state } of database.volumes.all())
    if (state === 'deleting') await deleteVolume(id, { remote, database, log, clock });
}

/** Deletes a remote file and books nothing. False where the storage locks it. */
export async function deleteUnlessLocked(id: VolumeId, tools: LockTools): Promise<boolean> {
  const { remote, database, clock } = tools;
  const volume = database.volumes.get(id);
  if ((await findLocked([volume], tools)).size > 0) return false;
  try {
    await remote.delete(volume.name);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'destination-refused' || !canLock(remote)) throw error;
    if ((await askLock(volume, tools)) <= clock.now()) throw error;
    return false;
  }
}
