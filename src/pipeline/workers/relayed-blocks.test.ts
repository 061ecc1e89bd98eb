import assert from 'node:assert/strict';
import test from 'node:test';
import { BlockRelay, type BlockRelayMemory } from '../block-relay.ts';
import { BlockNames } from './block-names.ts';
import { RelayedBlocks } from './relayed-blocks.ts';

const HASH = Buffer.from('hash');

/** A relay with two slots and a thread that could help. */
function makeRelay(): BlockRelay {
  const relay = new BlockRelay(
    BlockRelay.create(2, { blocksizeBytes: 4, hashSizeBytes: HASH.length }) as BlockRelayMemory,
  );
  relay.join();
  return relay;
}

function offerNext(relayed: RelayedBlocks, number: number, text: string): void {
  const room = relayed.reserve();
  assert.ok(room);
  relayed.offer(room, { number, sizeBytes: room.bytes.write(text), hint: 'compress' });
}

test('RelayedBlocks enters what other threads stored, and gives the rest back to be stored here', async () => {
  const relay = makeRelay();
  const names = new BlockNames(1, HASH.length);
  await using relayed = new RelayedBlocks(relay, names);
  offerNext(relayed, 0, 'one');
  offerNext(relayed, 1, 'two');
  assert.equal(relayed.reserve(), undefined, 'both slots wait');
  const slot = relay.take()?.slot ?? -1;
  const left = Array.from(relayed.takeBack(), ({ number, bytes }) => [number, bytes.toString()]);
  assert.deepEqual(left, [[1, 'two']]);
  names.set(1, { id: 8, hash: HASH });
  setImmediate(() => relay.setStored(slot, { id: 7, hash: HASH }));
  await relayed.settle();
  assert.deepEqual([...names.ids], [7, 8]);
  assert.deepEqual(names.hashes, Buffer.concat([HASH, HASH]));
});

test('RelayedBlocks leaves no slot taken where the content cannot be read to its end', async () => {
  const relay = makeRelay();
  const fail = async (): Promise<void> => {
    await using relayed = new RelayedBlocks(relay, new BlockNames(1, HASH.length));
    offerNext(relayed, 0, 'one');
    assert.ok(relayed.reserve());
    throw new Error('unreadable');
  };
  await assert.rejects(fail(), /unreadable/);
  assert.equal(relay.take(), undefined);
  assert.ok(relay.reserve() !== undefined && relay.reserve() !== undefined, 'both slots are free');
});
