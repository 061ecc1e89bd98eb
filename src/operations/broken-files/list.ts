import type { Log } from '../../base/index.ts';
import { findBroken } from '../heal-losses/find-broken.ts';
import { findLossesWithout, type Losses } from '../heal-losses/losses.ts';
import type { Opened } from '../open-backup/open-backup.ts';
import { lostDblocks, planListing } from '../verify-listing/plan.ts';
import { tellDamaged } from './tell-damaged.ts';

/** A version with entries that cannot be restored as they were. */
export interface BrokenListing {
  /** Its number, 0 the newest. */
  readonly version: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly brokenEntries: number;
  /** The first of them. */
  readonly entries: readonly {
    readonly path: string;
    readonly sizeBytes: number;
    readonly lost: 'content' | 'metadata';
  }[];
}

/**
 * The entries that need volumes which the destination does not have, or not as they were stored, by version,
 * newest first. Changes nothing. Damaged dblocks of which nobody knows yet what is lost are warned of.
 * `mostEntries`: so many are named for each version.
 */
export function listBrokenFiles(opened: Opened, mostEntries: number, log: Log): BrokenListing[] {
  tellDamaged(opened.database, log);
  const listed: BrokenListing[] = [];
  for (const { version, fileset, broken } of findBroken(opened.database, lossesOf(opened)))
    listed.unshift({
      version,
      timestamp: fileset.timestamp,
      brokenEntries: broken.length,
      entries: broken.slice(0, mostEntries).map(({ path, sizeBytes, lost }) => ({ path, sizeBytes, lost })),
    });
  return listed;
}

/** What the database knows to be lost, and what the listing says beyond that. */
export function lossesOf({ database, listing }: Opened): Losses {
  const gone = listing === undefined ? [] : lostDblocks(planListing(database.volumes.all(), listing.volumes));
  return findLossesWithout(database, gone);
}
