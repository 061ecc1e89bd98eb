import assert from 'node:assert/strict';
import test from 'node:test';
import v8 from 'node:v8';
import { limitHeapGrowth } from './heap-growth.ts';
import { shrinkHeap } from './shrink-heap.ts';

const MIB = 1024 * 1024;
const ROUNDS = 40;
/** About 25 MB a round. */
const OBJECTS = 200_000;

test('limitHeapGrowth() keeps garbage from becoming much more than what is in use', () => {
  const free = largestHeapBytes();
  shrinkHeap();
  using limit = limitHeapGrowth();
  assert.ok(limit);
  const limited = largestHeapBytes();
  assert.ok(limited < free - 32 * MIB, `${limited} instead of ${free}`);
});

/** Large things one after the other, as volumes with their directories. */
function largestHeapBytes(): number {
  let largest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const thing = Array.from({ length: OBJECTS }, (_, number) => ({ name: `block ${number}`, number }));
    largest = Math.max(largest, v8.getHeapStatistics().total_heap_size);
    assert.equal(thing.length, OBJECTS);
  }
  return largest;
}
