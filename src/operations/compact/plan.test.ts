import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { volumeRow } from '../../../tests/support/volume-row.ts';
import type { VolumeSpace } from '../space/block-usage.ts';
import { type CompactRules, findSmallReasons, planCompaction } from './plan.ts';

const RULES: CompactRules = {
  thresholdPercent: 25,
  smallFileBytes: 200,
  smallFileMaxCount: 3,
  dblockSizeBytes: 1000,
  blocksizeBytes: 10,
};

let ids = 0;
function space(usedBytes: number, wastedBytes: number, sizeBytes = usedBytes + wastedBytes): VolumeSpace {
  const volume = volumeRow({ id: ++ids, sizeBytes });
  return { volume, usedBytes, wastedBytes };
}

test('planCompaction() deletes what nothing needs, empty volumes too, and rewrites nothing for that', () => {
  const [unused, empty, used] = [space(0, 900), space(0, 0, 500), space(900, 0)];
  const plan = planCompaction([unused, empty, used], RULES);
  assert.deepEqual(plan.unused, [unused, empty]);
  assert.deepEqual(plan.rewritten, []);
});

test('planCompaction() rewrites wasteful volumes once they hold the threshold of everything', () => {
  const wasteful = [space(600, 400), space(700, 300)];
  const enough = planCompaction([...wasteful, space(800, 0)], RULES);
  assert.deepEqual([enough.rewritten, enough.reasons], [wasteful, ['wasted-space']]);
  const tooFew = planCompaction([...wasteful, space(900, 100), space(1000, 0)], RULES);
  assert.deepEqual(tooFew.rewritten, []);
  assert.equal(tooFew.figures.wastedBytes, 800);
});

test('planCompaction() measures the waste of a large volume by the size that volumes should have', () => {
  const large = space(9000, 3000);
  assert.deepEqual(planCompaction([large], { ...RULES, thresholdPercent: 20 }).rewritten, [large]);
});

test('planCompaction() joins small volumes when there are too many, or too much in them', () => {
  const small = [space(100, 0), space(100, 0), space(100, 0)];
  assert.deepEqual(planCompaction(small, RULES).reasons, []);
  const more = [...small, space(100, 0)];
  assert.deepEqual(planCompaction(more, RULES).reasons, ['small-volumes-count']);
  const much = [1, 2, 3, 4, 5, 6].map(() => space(200, 0));
  assert.deepEqual(planCompaction(much, { ...RULES, smallFileMaxCount: 50 }).reasons, ['small-volumes-size']);
  assert.deepEqual(
    findSmallReasons(
      much.map(({ volume }) => volume),
      { ...RULES, smallFileMaxCount: 50 },
    ),
    ['small-volumes-size'],
  );
});

test('planCompaction() never takes filled volumes for small ones, whatever the options say', () => {
  const filled = Array.from({ length: 30 }, () => space(995, 0));
  assert.deepEqual(planCompaction(filled, { ...RULES, smallFileBytes: 1e9 }).rewritten, []);
});

test('planCompaction() keeps every volume that it does not name, and empties none twice', () => {
  const spaces = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 40 });
  fc.assert(
    fc.property(spaces, fc.integer({ min: 0, max: 100 }), (sizes, thresholdPercent) => {
      const given = sizes.map(([used, wasted]) => space(used, wasted));
      const plan = planCompaction(given, { ...RULES, thresholdPercent });
      const named = [...plan.unused, ...plan.rewritten];
      assert.equal(new Set(named).size, named.length);
      assert.ok(plan.unused.every(({ usedBytes }) => usedBytes === 0));
      assert.equal(plan.rewritten.length > 0, plan.reasons.length > 0);
    }),
  );
});

test('planCompaction() finds nothing more to do after it was carried out, but for one small volume', () => {
  const spaces = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.nat(900)), { maxLength: 40 });
  fc.assert(
    fc.property(spaces, (sizes) => {
      const given = sizes.map(([used, wasted]) => space(used, wasted));
      const plan = planCompaction(given, RULES);
      const gone = new Set([...plan.unused, ...plan.rewritten]);
      let moved = plan.rewritten.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
      const made: VolumeSpace[] = [];
      for (; moved > 0; moved -= 995) made.push(space(Math.min(995, moved), 0));
      const next = planCompaction([...given.filter((one) => !gone.has(one)), ...made], RULES);
      if (plan.rewritten.length > 0) assert.deepEqual(next.rewritten, []);
    }),
  );
});
