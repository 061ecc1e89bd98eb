import type { LocalDatabase } from '../../database/index.ts';
import { BlockTable } from '../../pipeline/index.ts';

/** Room in the block table for what a first backup finds before the table has to grow. */
const EXPECTED_NEW_BLOCKS = 1 << 17;

/** The shared table of all blocks at the destination. */
export function loadBlockTable({ blocks }: LocalDatabase): BlockTable {
  const table = BlockTable.create(blocks.count() + EXPECTED_NEW_BLOCKS, blocks.maxId() + 1);
  for (const block of blocks.stored()) table.enter(block.hash, block.sizeBytes, block.id);
  return table;
}
