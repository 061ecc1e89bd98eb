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

test('Blocks.storedColumns() has the rows of stored(), also where many ids in between have none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-blocks-'));
  t.after(() => rmSync(folder, { recursive: true }));
  using database = LocalDatabase.open(join(folder, 'local.sqlite'));
  const { blocks, volumes } = database;
  const FAR_IDS = [0, 100_000, 1_000_000];
  database.transaction(() => {
    const states = ['uploaded', 'deleted', 'verified'] as const;
    const [first = 0, ...others] = states.map((state, number) =>
      volumes.add({ name: `volume ${number}`, kind: 'dblock', state }),
    );
    for (const far of FAR_IDS)
      for (let id = far + 1; id <= far + BLOCKS; id++)
        blocks.add(id, {
          hash: hashOf(id),
          sizeBytes: id % 3,
          volumeId: [first, ...others][id % 3] as VolumeId,
        });
  });
  const stored = [...blocks.stored()];
  const columns = [...blocks.storedColumns()];
  assert.equal(stored.length, Math.round((FAR_IDS.length * BLOCKS * 2) / 3));
  assert.deepEqual(
    columns.flatMap(({ ids }) => [...ids]),
    stored.map(({ id }) => id),
  );
  assert.deepEqual(
    columns.flatMap(({ sizesBytes }) => [...sizesBytes]),
    stored.map(({ sizeBytes }) => sizeBytes),
  );
  assert.ok(
    Buffer.concat(columns.map(({ hashes }) => hashes)).equals(Buffer.concat(stored.map(({ hash }) => hash))),
  );
});
