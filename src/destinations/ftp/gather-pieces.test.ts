import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import test from 'node:test';
import fc from 'fast-check';
import { gatherPieces } from './gather-pieces.ts';

test('gatherPieces() gives all bytes in their order, in fewer pieces', async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lengths, async (sizes) => {
      const written = sizes.map((size, index) => Buffer.alloc(size, index + 1));
      const expected = Buffer.concat(written);
      const pieces: Buffer[] = await Readable.from(written).pipe(gatherPieces()).toArray();
      assert.ok(pieces.length <= sizes.length);
      assert.deepEqual(Buffer.concat(pieces), expected);
    }),
    { numRuns: 30 },
  );
});

test('gatherPieces() does not wait for more', async () => {
  const stream = gatherPieces();
  stream.write(Buffer.from('few'));
  assert.deepEqual(await once(stream, 'data'), [Buffer.from('few')]);
  stream.destroy();
});
