import type { FilesetRow, LocalDatabase, VolumeId, VolumeRow } from '../../database/index.ts';
import type { VolumeListing } from '../verify-listing/list-volumes.ts';
import { planListing } from '../verify-listing/plan.ts';

/** What a repair with a local database would do. */
export interface RepairPlan {
  /** Versions whose file list is missing or damaged. */
  readonly lists: readonly FilesetRow[];
  /** Dblocks that no whole dindex describes. */
  readonly indexes: readonly VolumeRow[];
  /** Files at the destination that an earlier run gave up, or that are damaged. */
  readonly deletions: readonly VolumeRow[];
  /** Lost dblocks, and those of another length. */
  readonly lostBlocks: readonly VolumeRow[];
}

/** What to do so that database and listing agree. */
export function planRepair(database: LocalDatabase, listing: VolumeListing): RepairPlan {
  const { filesets, volumes } = database;
  const { missing, damaged, leftovers } = planListing(volumes.all(), listing.volumes);
  const spoiled = damaged.map(({ volume }) => volume);
  const lost = [...missing, ...spoiled];
  const lostIds = new Set<VolumeId>(lost.map(({ id }) => id));
  const storedIds = (kind: 'dlist' | 'dindex') =>
    new Set(
      volumes
        .stored(kind)
        .map(({ id }) => id)
        .filter((id) => !lostIds.has(id)),
    );
  const lists = storedIds('dlist');
  const indexes = storedIds('dindex');
  return {
    lists: filesets.versions().filter(({ volumeId }) => volumeId === undefined || !lists.has(volumeId)),
    indexes: volumes
      .stored('dblock')
      .filter(({ areBlocksKnown, damagedAtMs }) => areBlocksKnown || damagedAtMs === undefined)
      .filter(({ id }) => !volumes.indexesOf(id).some((of) => indexes.has(of))),
    deletions: [...leftovers, ...spoiled.filter(({ kind }) => kind !== 'dblock')],
    lostBlocks: lost.filter(({ kind }) => kind === 'dblock'),
  };
}
