import type { LocalDatabase } from '../../database/index.ts';
import { loseDblocks } from '../heal-losses/lose-dblocks.ts';
import { findBlockUsage } from '../space/block-usage.ts';
import { isDblock, type ListingPlan } from './plan.ts';

/**
 * Books what a listing proved of dblocks where this database is worth more than what lies at the destination:
 * those that are missing are forgotten, and what is needed of them is lost (`findLosses`) unless it lies
 * elsewhere too; those of another length are damaged ones, out of which is got what can be read.
 */
export function bookLostDblocks(
  { missing, damaged }: Pick<ListingPlan, 'missing' | 'damaged'>,
  database: LocalDatabase,
  nowMs: number,
): void {
  const gone = missing.filter(isDblock);
  const usage = findBlockUsage(database);
  database.transaction(() => {
    for (const { volume, listedBytes } of damaged)
      if (isDblock(volume)) database.volumes.setCut(volume.id, listedBytes, nowMs);
    if (gone.length > 0) loseDblocks(database, gone, usage);
    for (const { id } of gone) database.volumes.remove(id);
  });
}
