import { setImmediate as turn } from 'node:timers/promises';
import type { BlockRelay } from '../block-relay.ts';
import type { BlockStore } from './block-store.ts';

/**
 * Stores the blocks that other threads hand over, for as long as there are some and this thread has nothing
 * else to do. What comes for it meanwhile is looked at after each block.
 */
export async function helpOthers(
  relay: BlockRelay,
  store: Pick<BlockStore, 'storeBlock' | 'isFull' | 'seal'>,
  hasNothingToDo: () => boolean,
): Promise<void> {
  while (hasNothingToDo()) {
    const block = relay.take();
    if (block === undefined) return;
    relay.setStored(block.slot, store.storeBlock(block.bytes, block.hint));
    if (store.isFull) await store.seal();
    await turn();
  }
}
