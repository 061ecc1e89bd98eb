import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { volumeRow } from '../../../tests/support/volume-row.ts';
import type { VolumeRow } from '../../database/index.ts';
import { selectSamples } from './select-samples.ts';

function volume(id: number, verifiedCount: number, hash: Buffer | undefined = Buffer.alloc(32)): VolumeRow {
  return volumeRow({ id, verifiedCount, hash });
}

test('selectSamples() takes no volume while there is one that was read back less often', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 20 }), (counts, samples) => {
      const volumes = counts.map((count, id) => volume(id, count));
      const chosen = selectSamples(volumes, samples, Math.random);
      assert.equal(chosen.length, Math.min(samples, volumes.length));
      assert.equal(new Set(chosen).size, chosen.length);
      const most = Math.max(0, ...chosen.map(({ verifiedCount }) => verifiedCount));
      for (const left of volumes.filter((each) => !chosen.includes(each)))
        assert.ok(left.verifiedCount >= most);
    }),
  );
});

test('selectSamples() adds every volume whose hash nobody knows', () => {
  const unknown = { ...volume(9, 3), hash: undefined };
  const chosen = selectSamples([volume(1, 0), volume(2, 0), unknown], 1, () => 0);
  assert.deepEqual(
    chosen.map(({ id }) => id),
    [9, 1],
  );
});

test("selectSamples() takes them all for 'all'", () => {
  assert.equal(selectSamples([volume(1, 0), volume(2, 7)], 'all', () => 0).length, 2);
});
