import type { Log } from '../../base/index.ts';
import type { LocalDatabase } from '../../database/index.ts';

/**
 * Warns of dblocks that were found damaged, and of which nobody has looked yet what is left: what the
 * database says to be whole may not be.
 */
export function tellDamaged({ volumes }: LocalDatabase, log: Log): void {
  const damaged = volumes
    .stored('dblock')
    .filter(({ damagedAtMs, areBlocksKnown }) => damagedAtMs !== undefined && areBlocksKnown);
  for (const { name } of damaged)
    log.write(
      'warning',
      'volume-damaged',
      `'${name}' was found damaged. Make a backup first, or a repair: it stores again what is left of it, a backup also what the source still has. Only then it is known what is lost.`,
    );
}
