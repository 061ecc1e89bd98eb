import assert from 'node:assert/strict';
import test from 'node:test';
import v8 from 'node:v8';
import { shrinkHeap } from './shrink-heap.ts';

const ROWS = 1_000_000;

test('shrinkHeap() gives back what garbage took, and leaves no collector in reach of all', () => {
  const rows = Array.from({ length: ROWS }, (_, number) => ({ name: `row ${number}` }));
  assert.equal(rows.length, ROWS);
  rows.length = 0;
  const before = v8.getHeapStatistics().total_heap_size;
  shrinkHeap();
  assert.ok(v8.getHeapStatistics().total_heap_size < before / 2);
  assert.equal('gc' in globalThis, false);
});
