import assert from 'node:assert/strict';
import test from 'node:test';
import { BlockRelay, type BlockRelayMemory } from '../block-relay.ts';
import { helpOthers } from './help-others.ts';

/** A relay with a block in each of two slots, and a store that notes what it is given. */
function makeOffered() {
  const relay = new BlockRelay(
    BlockRelay.create(2, { blocksizeBytes: 4, hashSizeBytes: 4 }) as BlockRelayMemory,
  );
  relay.join();
  for (const text of ['one', 'two']) {
    const slot = relay.reserve() ?? -1;
    relay.offer(slot, relay.bytesOf(slot).write(text), 'compress');
  }
  const stored: string[] = [];
  const store = {
    isFull: false,
    seal: async () => {},
    storeBlock: (bytes: Uint8Array) => ({ id: stored.push(String(bytes)), hash: Buffer.from('hash') }),
  };
  return { relay, store, stored };
}

test('helpOthers() stores the blocks that wait', async () => {
  const { relay, store, stored } = makeOffered();
  await helpOthers(relay, store, () => true);
  assert.deepEqual(stored, ['one', 'two']);
  assert.deepEqual(relay.collect(1), { id: 2, hash: Buffer.from('hash') });
});

test('helpOthers() leaves blocks to others once there is something to do', async () => {
  const { relay, store, stored } = makeOffered();
  let requests = 0;
  setImmediate(() => requests++);
  await helpOthers(relay, store, () => requests === 0);
  assert.deepEqual(stored, ['one']);
  assert.equal(relay.take()?.bytes.toString(), 'two');
});
