import type { LocalDatabase } from '../../database/index.ts';
import { BlockTable, type KnownBlocks } from '../../pipeline/index.ts';

/** Room in the block table for what a first backup finds before the table has to grow. */
const EXPECTED_NEW_BLOCKS = 1 << 17;

/** All blocks at the destination. */
export function knownBlocks({ blocks }: LocalDatabase): KnownBlocks {
  return {
    createTable: () => BlockTable.create(blocks.count() + EXPECTED_NEW_BLOCKS, blocks.maxId() + 1),
    *enterInto(table) {
      for (const columns of blocks.storedColumns()) {
        table.enterAll(columns);
        yield;
      }
    },
  };
}
