import { counted, toBase64 } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { FaultList } from './fault-list.ts';

/** Sizes of blocks by their hash. */
export type BlockSizes = ReadonlyMap<string, number>;

/** The blocks that the database has in a dblock. */
export function knownBlocks(database: LocalDatabase, dblock: VolumeRow): BlockSizes {
  const sizes = new Map<string, number>();
  for (const { hash, sizeBytes } of database.blocks.ofVolume(dblock.id)) sizes.set(toBase64(hash), sizeBytes);
  return sizes;
}

/** Compares the blocks that a volume names with those that the database knows. */
export function compareBlocks(known: BlockSizes, named: BlockSizes, faults: FaultList): void {
  for (const [hash, sizeBytes] of known) {
    const found = named.get(hash);
    if (found === undefined) faults.add('missing', `block ${hash}`);
    else if (found !== sizeBytes)
      faults.add('modified', `block ${hash}: ${counted(found, 'byte')} instead of ${sizeBytes}`);
  }
  for (const hash of named.keys()) if (!known.has(hash)) faults.add('extra', `block ${hash}`);
}
