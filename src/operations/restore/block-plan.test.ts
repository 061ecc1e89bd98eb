import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { everyBlock, groupByVolume, planBlocks, toBlockUses, usesOf } from './block-plan.ts';

const useArray = fc.array(
  fc.record({ block: fc.integer({ min: 1, max: 8 }), entry: fc.nat(5), isDropped: fc.boolean() }),
);

function planOf(uses: readonly { block: number; entry: number; isDropped: boolean }[]) {
  const list = {
    blocks: Uint32Array.from(uses, ({ block }) => block),
    entries: Uint32Array.from(uses, ({ entry }) => entry),
    positions: Uint32Array.from(uses, (_, index) => index),
    firstOf: new Uint32Array(),
  };
  return planBlocks(
    list,
    Uint8Array.from(uses, ({ isDropped }) => (isDropped ? 1 : 0)),
  );
}

test('planBlocks() lists each needed block once, ascending, with all its uses that are not dropped', () => {
  fc.assert(
    fc.property(useArray, (uses) => {
      const plan = planOf(uses);
      const kept = uses.flatMap((use, index) => (use.isDropped ? [] : [{ ...use, index }]));
      assert.deepEqual(
        [...plan.ids],
        [...new Set(kept.map(({ block }) => block))].sort((a, b) => a - b),
      );
      plan.ids.forEach((id, block) => {
        const expected = kept.filter((use) => use.block === id).map(({ index }) => index);
        assert.deepEqual([...usesOf(plan, block)], expected);
      });
    }),
  );
});

test('groupByVolume() puts volumes in the order in which entries need them', () => {
  const plan = planOf([
    { block: 3, entry: 0, isDropped: true },
    { block: 2, entry: 1, isDropped: false },
    { block: 8, entry: 1, isDropped: false },
    { block: 1, entry: 2, isDropped: false },
    { block: 3, entry: 3, isDropped: false },
  ]);
  // Blocks 1, 2, 3 and 8.
  plan.volumes.set([5, 6, 6, 7]);
  const groups = groupByVolume(plan, everyBlock(plan));
  assert.deepEqual(
    [...groups],
    [
      [6, Uint32Array.of(1, 2)],
      [7, Uint32Array.of(3)],
      [5, Uint32Array.of(0)],
    ],
  );
});

test('toBlockUses() leaves out uses that were dropped after planning', () => {
  const plan = planOf([
    { block: 1, entry: 0, isDropped: false },
    { block: 2, entry: 1, isDropped: false },
    { block: 1, entry: 2, isDropped: false },
  ]);
  plan.volumes.fill(9);
  plan.dropped[1] = 1;
  const groups = groupByVolume(plan, everyBlock(plan));
  assert.deepEqual([...groups], [[9, Uint32Array.of(0)]]);
  const uses = toBlockUses(plan, Uint32Array.of(0), new Uint8Array(32));
  assert.deepEqual([...uses.entries], [0, 2]);
  assert.deepEqual([...uses.starts], [0, 2]);
});
