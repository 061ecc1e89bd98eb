import assert from 'node:assert/strict';
import test from 'node:test';
import { BlockRelay, type BlockRelayMemory } from './block-relay.ts';

const GEOMETRY = { blocksizeBytes: 8, hashSizeBytes: 4 };

function makeRelay(workers = 2): { readonly reader: BlockRelay; readonly helper: BlockRelay } {
  const memory = BlockRelay.create(workers, GEOMETRY) as BlockRelayMemory;
  return { reader: new BlockRelay(memory), helper: new BlockRelay(memory) };
}

/** Offers a text, and gives the number of its slot. */
function offer(relay: BlockRelay, text: string): number {
  const slot = relay.reserve();
  assert.ok(slot !== undefined);
  const sizeBytes = relay.bytesOf(slot).write(text);
  relay.offer(slot, sizeBytes, 'store');
  return slot;
}

test('BlockRelay hands blocks to a thread that has nothing to do, and their names back', async () => {
  const { reader, helper } = makeRelay();
  assert.equal(reader.reserve(), undefined, 'nobody is there');
  helper.join();
  const offered = helper.whenOffered();
  const [first, second] = [offer(reader, 'first'), offer(reader, 'second')];
  assert.equal(reader.reserve(), undefined, 'no slot is free');
  await offered;
  const block = helper.take();
  assert.equal(block?.slot, first);
  assert.equal(block.bytes.toString(), 'first');
  assert.equal(block.hint, 'store');
  assert.equal(reader.collect(first), undefined, 'it is not stored yet');
  assert.equal(reader.takeBack(first), false, 'it is taken');
  const stored = reader.whenStored(first);
  helper.setStored(first, { id: 7, hash: Buffer.from('hash') });
  await stored;
  assert.deepEqual(reader.collect(first), { id: 7, hash: Buffer.from('hash') });
  assert.equal(reader.takeBack(second), true);
  assert.equal(helper.take(), undefined);
  reader.release(second);
  helper.leave();
  assert.equal(reader.reserve(), undefined, 'nobody is there any more');
});

test('BlockRelay keeps at most 64 MiB of blocks, and none where there is nobody to help', () => {
  const hashSizeBytes = 32;
  assert.equal(BlockRelay.create(1, GEOMETRY), undefined);
  assert.equal(
    BlockRelay.create(100, { blocksizeBytes: 2 ** 20, hashSizeBytes })?.blocks.byteLength,
    2 ** 26,
  );
  assert.equal(BlockRelay.create(2, { blocksizeBytes: 2 ** 27, hashSizeBytes }), undefined);
});
