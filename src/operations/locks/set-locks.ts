import { BackupError, pool } from '../../base/index.ts';
import type { FilesetRow, VolumeRow } from '../../database/index.ts';
import { parityFileName } from '../../format/index.ts';
import { lockFile } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { askLock } from './find-locked.ts';
import { neededVolumes } from './needed-volumes.ts';

/** What locking the volumes of versions did. */
export interface LockResult {
  /** Volumes that are locked until the asked time now. */
  readonly lockedVolumes: number;
  /** Volumes that were locked for at least as long. */
  readonly keptVolumes: number;
  /** Volumes that could not be locked. */
  readonly failedVolumes: number;
}

/** Requests under way at the same time. */
const PARALLEL_REQUESTS = 4;

/**
 * Has the storage refuse to delete any volume that the versions need, before `untilMs`. Locks that last
 * longer stay. A volume that cannot be locked is told and counted, and the others are locked all the same.
 * Throws `locks-unsupported` where the destination knows no locks.
 */
export async function setLocks(
  opened: OpenedBackup,
  { versions, untilMs }: { readonly versions: readonly FilesetRow[]; readonly untilMs: number },
  { log, control }: Pick<OperationContext, 'log' | 'control'>,
): Promise<LockResult> {
  const { database } = opened;
  const counts = { lockedVolumes: 0, keptVolumes: 0, failedVolumes: 0 };
  await pool(PARALLEL_REQUESTS, neededVolumes(database, versions), async (volume) => {
    control.signal.throwIfAborted();
    try {
      counts[(await lockVolume(opened, volume, untilMs)) ? 'lockedVolumes' : 'keptVolumes']++;
    } catch (error) {
      control.signal.throwIfAborted();
      if (!(error instanceof BackupError) || error.code === 'locks-unsupported') throw error;
      counts.failedVolumes++;
      log.write('error', 'volume-not-locked', `'${volume.name}' is not locked: ${error.message}`);
    }
  });
  return counts;
}

/** False where it is locked for at least as long. */
async function lockVolume(opened: OpenedBackup, volume: VolumeRow, untilMs: number): Promise<boolean> {
  const { remote, database } = opened;
  const presentMs = volume.lockedUntilMs ?? (await askLock(volume, opened));
  if (presentMs >= untilMs) return false;
  await lockFile(remote, volume.name, untilMs);
  if (remote.hasCompanion(volume.name)) await lockFile(remote, parityFileName(volume.name), untilMs);
  database.transaction(() => database.volumes.setLocked(volume.id, untilMs));
  return true;
}
