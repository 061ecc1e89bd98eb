import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { countBlocks, cutBlocklists } from './blocklist.ts';

const SMALL = { blocksizeBytes: 1024, hashSizeBytes: 32 };

test('countBlocks() follows the table by size', () => {
  const table = [
    [0, 0, 0],
    [1, 1, 0],
    [1023, 1, 0],
    [1024, 1, 0],
    [1025, 2, 1],
    [2560, 3, 1],
    [32 * 1024, 32, 1],
    [32 * 1024 + 1, 33, 2],
  ] as const;
  for (const [sizeBytes, blocks, blocklists] of table) {
    assert.deepEqual(countBlocks(sizeBytes, SMALL), { blocks, blocklists }, `${sizeBytes} bytes`);
  }
  const standard = { blocksizeBytes: 2 ** 20, hashSizeBytes: 32 };
  assert.equal(countBlocks(2 ** 35, standard).blocklists, 1, 'one blocklist describes 32 GiB');
});

test('cutBlocklists() gives as many lists as countBlocks() says, which hold all the hashes', () => {
  const geometries = fc.record({
    blocksizeBytes: fc.integer({ min: 64, max: 300 }),
    hashSizeBytes: fc.constantFrom(16, 20, 32, 48, 64),
  });
  fc.assert(
    fc.property(geometries, fc.integer({ min: 2, max: 100 }), (geometry, count) => {
      const hashes = Buffer.alloc(count * geometry.hashSizeBytes).map((_, index) => index);
      const lists = [...cutBlocklists(hashes, geometry)];
      assert.equal(lists.length, countBlocks(count * geometry.blocksizeBytes, geometry).blocklists);
      assert.ok(lists.every((list) => list.length <= geometry.blocksizeBytes));
      assert.ok(lists.every((list) => list.length % geometry.hashSizeBytes === 0));
      assert.deepEqual(Buffer.concat(lists), Buffer.from(hashes));
    }),
  );
});
