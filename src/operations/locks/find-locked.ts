import type { Clock } from '../../base/index.ts';
import type { LocalDatabase, VolumeId, VolumeRow } from '../../database/index.ts';
import { canLock, type Remote, readLock } from '../../transfer/index.ts';

export interface LockTools {
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly clock: Clock;
}

/**
 * Those of the volumes that the storage refuses to delete now. Where nothing is known of a volume, and this
 * backup uses locks, the storage is asked, and the answer booked: some storages hide a locked file instead of
 * refusing its deletion.
 */
export async function findLocked(
  volumes: readonly VolumeRow[],
  { remote, database, clock }: LockTools,
): Promise<Set<VolumeId>> {
  const asks = canLock(remote) && database.volumes.haveLocks();
  const locked = new Set<VolumeId>();
  for (const volume of volumes) {
    const untilMs = volume.lockedUntilMs ?? (asks ? await askLock(volume, { remote, database }) : 0);
    if (untilMs > clock.now()) locked.add(volume.id);
  }
  return locked;
}

/** Until when the storage says that it will refuse to delete the volume; 0: it does not. Booked. */
export async function askLock(
  { id, name }: VolumeRow,
  { remote, database }: Omit<LockTools, 'clock'>,
): Promise<number> {
  const untilMs = await readLock(remote, name);
  database.transaction(() => database.volumes.setLocked(id, untilMs));
  return untilMs;
}
