import { BackupError } from '../../base/index.ts';
import { isUnreadable } from '../../pipeline/index.ts';

/** So many volumes in a row whose bytes cannot be had mean that the destination itself is out of reach. */
export const OUT_OF_REACH_AFTER = 3;

const CODES: ReadonlySet<string> = new Set(['destination-unreachable', 'destination-corrupt']);

/**
 * True where the bytes of a volume cannot be had, however often they were asked for: it may be the fault of
 * this volume, of its disk, or of the way to the destination.
 */
export function isOutOfReach(error: unknown): error is BackupError {
  return isUnreadable(error) || (error instanceof BackupError && CODES.has(error.code));
}
