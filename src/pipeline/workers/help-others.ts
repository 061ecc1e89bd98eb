import type { BlockRelay } from '../block-relay.ts';
import type { BlockStore } from './block-store.ts';

/** Stores the blocks that other threads hand over, for as long as there are some. */
export async function helpOthers(relay: BlockRelay, store: BlockStore): Promise<void> {
  for (let block = relay.take(); block !== undefined; block = relay.take()) {
    const stored = store.storeBlock(block.bytes, block.hint);
    relay.setStored(block.slot, stored);
    if (store.isFull) await store.seal();
  }
}
