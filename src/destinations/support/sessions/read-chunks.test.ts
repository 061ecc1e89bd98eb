import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { UploadSource } from '../../destination.ts';
import { bytesSource, readChunks } from './read-chunks.ts';

function sourceOf(pieces: readonly Uint8Array[], sizeBytes?: number): UploadSource {
  const sum = pieces.reduce((total, piece) => total + piece.byteLength, 0);
  return {
    sizeBytes: sizeBytes ?? sum,
    open: async function* () {
      yield* pieces;
    },
  };
}

test('readChunks() gives all bytes in chunks of one size, the last of them marked', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 20 }), async (parts, chunkBytes) => {
      const copies: Buffer[] = [];
      const marks: boolean[] = [];
      for await (const { offset, bytes, isLast } of readChunks(sourceOf(parts), chunkBytes)) {
        assert.equal(offset, copies.length * chunkBytes);
        assert.equal(bytes.byteLength === chunkBytes || isLast, true);
        copies.push(Buffer.from(bytes));
        marks.push(isLast);
      }
      assert.deepEqual(Buffer.concat(copies), Buffer.concat(parts));
      assert.deepEqual(marks, [...marks.slice(1).fill(false), true]);
    }),
  );
});

test('readChunks() makes the first chunk as large as it is told to', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 6 });
  const size = fc.integer({ min: 1, max: 20 });
  await fc.assert(
    fc.asyncProperty(pieces, size, size, async (parts, chunkBytes, firstBytes) => {
      const copies: Buffer[] = [];
      for await (const { bytes, isLast } of readChunks(sourceOf(parts), chunkBytes, { firstBytes })) {
        const fullBytes = copies.length === 0 ? firstBytes : chunkBytes;
        assert.equal(bytes.byteLength === fullBytes || isLast, true);
        copies.push(Buffer.from(bytes));
      }
      assert.deepEqual(Buffer.concat(copies), Buffer.concat(parts));
    }),
  );
});

test('readChunks() refuses a source of another length before its last chunk', async () => {
  for (const sizeBytes of [9, 11]) {
    const seen: boolean[] = [];
    await assert.rejects(
      async () => {
        for await (const { isLast } of readChunks(sourceOf([Buffer.alloc(10)], sizeBytes), 4))
          seen.push(isLast);
      },
      { code: 'destination-corrupt' },
    );
    assert.ok(!seen.includes(true));
  }
});

test('bytesSource() can be opened again', async () => {
  const source = bytesSource(Buffer.from('abcdefg'), 3);
  for (let times = 0; times < 2; times++) {
    const pieces: string[] = [];
    for await (const piece of source.open()) pieces.push(Buffer.from(piece).toString());
    assert.deepEqual(pieces, ['abc', 'def', 'g']);
  }
});
