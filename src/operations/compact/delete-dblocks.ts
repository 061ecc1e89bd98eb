import type { Clock, Log } from '../../base/index.ts';
import type { VolumeId, VolumeRow } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import { writeIndex } from '../index-volumes/run.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import type { BlockCopies } from '../move-blocks/block-copies.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { BlockUsage } from '../space/block-usage.ts';
import type { CompactResult } from './result.ts';

export interface DblockDeletion {
  readonly opened: OpenedBackup;
  readonly settings: BlockVolumeSettings;
  readonly usage: BlockUsage;
  /** What takes the place of needed blocks. */
  readonly copies: BlockCopies;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Deletes dblocks in which nothing is needed of which there is no copy, each followed by its dindexes. The
 * decision is on disk before the first file goes, so the next run finishes what this one does not. A needed
 * block without a copy throws.
 */
async function deleteDblocks(
  dblocks: readonly VolumeRow[],
  { opened, settings, usage, copies, clock, log }: DblockDeletion,
): Promise<void> {
  const { database, remote } = opened;
  for (const dblock of dblocks) await describeNeighbours(opened, dblock, settings);
  const doomed = database.transaction(() =>
    dblocks.flatMap((dblock) => {
      copies.replace(dblock, usage);
      const volumes = [dblock, ...storedIndexes(opened, dblock.id)];
      for (const { id } of volumes) database.volumes.setState(id, 'deleting');
      database.blocks.dropVolume(dblock.id);
      return volumes;
    }),
  );
  for (const { id } of doomed) await deleteVolume(id, { remote, database, log, clock });
}

function storedIndexes({ database: { volumes } }: OpenedBackup, dblock: VolumeId): VolumeRow[] {
  return volumes
    .indexesOf(dblock)
    .map((id) => volumes.get(id))
    .filter(({ state }) => state === 'uploaded' || state === 'verified');
}

/** Other dblocks that are described by a dindex of this one get their own before it goes. */
async function describeNeighbours(
  opened: OpenedBackup,
  dblock: VolumeRow,
  settings: BlockVolumeSettings,
): Promise<void> {
  const { volumes } = opened.database;
  const going = new Set(storedIndexes(opened, dblock.id).map(({ id }) => id));
  const neighbours = new Set([...going].flatMap((id) => volumes.indexedBy(id)));
  neighbours.delete(dblock.id);
  for (const neighbour of [...neighbours].map((id) => volumes.get(id))) {
    const isStored = neighbour.state === 'uploaded' || neighbour.state === 'verified';
    const isDescribed = storedIndexes(opened, neighbour.id).some(({ id }) => !going.has(id));
    if (isStored && neighbour.areBlocksKnown && !isDescribed) await writeIndex(opened, neighbour, settings);
  }
}

/** The same, and sums up what is gone in the result. */
export async function deleteCounted(
  dblocks: readonly VolumeRow[],
  deletion: DblockDeletion,
  result: CompactResult,
): Promise<void> {
  await deleteDblocks(dblocks, deletion);
  for (const { sizeBytes } of dblocks) result.deletedBytes += Math.max(0, sizeBytes);
}
