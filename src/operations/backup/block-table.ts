import type { LocalDatabase } from '../../database/index.ts';
import { BlockTable } from '../../pipeline/index.ts';

/** Room in the block table for what a first backup finds before the table has to grow. */
const EXPECTED_NEW_BLOCKS = 1 << 17;

/** The shared table of all blocks at the destination. */
export function loadBlockTable({ blocks }: LocalDatabase): BlockTable {
  const table = BlockTable.create(blocks.count() + EXPECTED_NEW_BLOCKS, blocks.maxId() + 1);
  for (const { ids, sizesBytes, hashes } of blocks.storedColumns()) {
    const hashBytes = hashes.length / ids.length;
    ids.forEach((id, place) => {
      table.enter(hashes.subarray(place * hashBytes, (place + 1) * hashBytes), sizesBytes[place] ?? 0, id);
    });
  }
  return table;
}
