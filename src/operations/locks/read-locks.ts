import { pool } from '../../base/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { askLock } from './find-locked.ts';

/** What the storage says of locks. */
export interface LockInfo {
  /** Volumes that the storage was asked about. */
  readonly readVolumes: number;
  /** Volumes that are locked now, as far as is known. */
  readonly lockedVolumes: number;
  /** The latest end of a lock, milliseconds since 1970; `undefined` where nothing is locked. */
  readonly lockedUntilMs: number | undefined;
}

const PARALLEL_REQUESTS = 4;

/**
 * Books until when the storage refuses to delete the stored volumes. `unknown`: only of those of which
 * nothing is booked. Throws `locks-unsupported`.
 */
export async function readLocks(
  opened: OpenedBackup,
  which: 'unknown' | 'all',
  { clock, control }: Pick<OperationContext, 'clock' | 'control'>,
): Promise<LockInfo> {
  const { volumes } = opened.database;
  const stored = (['dlist', 'dindex', 'dblock'] as const).flatMap((kind) => volumes.stored(kind));
  const asked = stored.filter(({ lockedUntilMs }) => which === 'all' || lockedUntilMs === undefined);
  await pool(PARALLEL_REQUESTS, asked, async (volume) => {
    control.signal.throwIfAborted();
    await askLock(volume, opened);
  });
  const ends = stored
    .map(({ id }) => volumes.get(id).lockedUntilMs ?? 0)
    .filter((untilMs) => untilMs > clock.now());
  return {
    readVolumes: asked.length,
    lockedVolumes: ends.length,
    lockedUntilMs: ends.length === 0 ? undefined : Math.max(...ends),
  };
}
