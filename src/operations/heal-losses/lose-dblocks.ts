import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { BlockUsage } from '../space/block-usage.ts';
import { markUnsettled } from '../space/unsettled.ts';
import { useCopies } from './heal.ts';
import { findLosses } from './losses.ts';

/**
 * Takes dblocks out of use: what is needed of them has no place until an equal block is found, which is
 * looked for among all that are stored. Call it in a transaction.
 */
export function loseDblocks(
  database: LocalDatabase,
  dblocks: readonly VolumeRow[],
  { used }: Pick<BlockUsage, 'used'>,
): void {
  const { blocks, configuration, volumes } = database;
  for (const { id } of dblocks) {
    for (const block of [...blocks.ofVolume(id)]) {
      if (used.has(block.id)) blocks.move(block.id, 0);
      else blocks.drop(block.id);
    }
    volumes.forgetBlocks(id);
  }
  configuration.set('blocks-lost', 'true');
  markUnsettled(database);
  useCopies(database, findLosses(database));
}
