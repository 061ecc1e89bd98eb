import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { LocalDatabase } from './index.ts';
import type { VolumeId } from './references.ts';

const BLOCKS = 4000;
const HASH_BYTES = 8;

function hashOf(id: number): Buffer {
  const hash = Buffer.alloc(HASH_BYTES);
  hash.writeUInt32LE(id * 7, 3);
  return hash;
}

/** Every tenth id has no row. */
const hasRow = (id: number) => id % 10 !== 0;

test('Blocks finds hashes and places of any ids, near or far from each other, with and without rows', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-blocks-'));
  t.after(() => rmSync(folder, { recursive: true }));
  using database = LocalDatabase.open(join(folder, 'local.sqlite'));
  const { blocks } = database;
  database.transaction(() => {
    for (let id = 1; id <= BLOCKS; id++) {
      if (hasRow(id)) blocks.add(id, { hash: hashOf(id), sizeBytes: id % 3, volumeId: (id % 5) as VolumeId });
    }
  });
  const someIds = fc.array(fc.integer({ min: 1, max: BLOCKS + 50 }), { maxLength: 300 });
  const allIds = fc.constant(Array.from({ length: BLOCKS }, (_, index) => index + 1));
  fc.assert(
    fc.property(fc.oneof(someIds, allIds), (wanted) => {
      const ids = Uint32Array.from(new Set(wanted)).sort();
      const known = [...ids].filter((id) => id <= BLOCKS && hasRow(id));
      const hashes = [...ids].map((id) => (known.includes(id) ? hashOf(id) : Buffer.alloc(HASH_BYTES)));
      assert.ok(blocks.hashesAmong(ids, HASH_BYTES).equals(Buffer.concat(hashes)));
      assert.deepEqual(
        [...blocks.placesAmong(ids)],
        known.map((id) => ({ id, sizeBytes: id % 3, volumeId: id % 5 })),
      );
      assert.deepEqual(
        Array.from(blocks.among(ids), ({ id }) => id),
        known,
      );
    }),
    { numRuns: 20 },
  );
});
