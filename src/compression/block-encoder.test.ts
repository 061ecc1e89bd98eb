import assert from 'node:assert/strict';
import test from 'node:test';
import { inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { seededBytes } from '../../tests/support/seeded-random.ts';
import { createBlockEncoder } from './block-encoder.ts';
import { encodedBoundBytes } from './sync-codec.ts';

const KIB = 1024;

/** Around every length from which on another compressor is taken, long and short in turn. */
const LENGTHS = [2, 16, 128, 1024].flatMap((kib) => [kib * KIB, 1, kib * KIB + 1, kib * KIB - 1]);

/** Random bytes over and over, so that they shrink. */
function shrinkable(sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes, seededBytes(997, sizeBytes));
}

for (const [method, levels, decode] of [
  ['ZStandard', [1, 2, 3, 9], zstdDecompressSync],
  ['Deflate', [1, 9], inflateRawSync],
] as const) {
  test(`createBlockEncoder() packs contents of all lengths in turn with ${method}`, () => {
    for (const level of levels) {
      using encoder = createBlockEncoder(method, level);
      assert.ok(encoder);
      for (const sizeBytes of LENGTHS) {
        const content = shrinkable(sizeBytes);
        const output = Buffer.alloc(encodedBoundBytes(sizeBytes));
        const encodedBytes = encoder.encode(content, output);
        if (encodedBytes === undefined) {
          assert.equal(sizeBytes, 1);
          continue;
        }
        assert.ok(encodedBytes < sizeBytes);
        assert.deepEqual(decode(output.subarray(0, encodedBytes)), content);
      }
    }
  });
}
