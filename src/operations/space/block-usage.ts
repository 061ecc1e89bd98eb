import { IdSet } from '../../base/index.ts';
import type { LocalDatabase, VolumeId, VolumeRow } from '../../database/index.ts';

/** A stored dblock, and the bytes of its blocks before compression. */
export interface VolumeSpace {
  readonly volume: VolumeRow;
  /** Blocks that some version needs. */
  readonly usedBytes: number;
  readonly wastedBytes: number;
}

/** Which blocks any version needs. A copy of a needed block that no version points to is not needed. */
export interface BlockUsage {
  readonly used: IdSet;
  /** Those of them that are blocklists. */
  readonly blocklists: IdSet;
}

/** Goes through the contents of all entries, those of an interrupted run too. Memory: two bits a block. */
export function findBlockUsage({ entries, contents }: LocalDatabase): BlockUsage {
  const used = new IdSet();
  const blocklists = new IdSet();
  for (const reference of entries.references()) {
    if (reference < 0) used.add(-reference);
    if (reference <= 0) continue;
    const content = contents.get(reference);
    for (const id of content.blocks) used.add(id);
    for (const id of content.blocklists) {
      used.add(id);
      blocklists.add(id);
    }
  }
  return { used, blocklists };
}

/**
 * How much of each stored dblock is used, in the order in which they were stored. Dblocks whose blocks are
 * not known are left out.
 */
export function measureVolumes({ blocks, volumes }: LocalDatabase, { used }: BlockUsage): VolumeSpace[] {
  const sums = new Map<VolumeId, { usedBytes: number; wastedBytes: number }>();
  for (const volume of volumes.stored('dblock'))
    if (volume.areBlocksKnown) sums.set(volume.id, { usedBytes: 0, wastedBytes: 0 });
  for (const { id, sizeBytes, volumeId } of blocks.places()) {
    const sum = sums.get(volumeId);
    if (sum === undefined) continue;
    if (used.has(id)) sum.usedBytes += sizeBytes;
    else sum.wastedBytes += sizeBytes;
  }
  return [...sums].map(([id, sum]) => ({ volume: volumes.get(id), ...sum }));
}
