import assert from 'node:assert/strict';
import test from 'node:test';
import { adjustYoungSpace, limitYoungSpace, youngSpaceBytes } from './young-space.ts';

const MIB = 1024 * 1024;
const ROUNDS = 200;
/** A few megabytes of objects that live for some rounds, which is what makes the space grow. */
const OBJECTS = 20_000;
const LIVING_ROUNDS = 8;

test('limitYoungSpace() keeps the space for young objects small however many are made', () => {
  using limit = limitYoungSpace();
  assert.ok(limit);
  const living: object[][] = [];
  let largest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    adjustYoungSpace();
    living.push(Array.from({ length: OBJECTS }, (_, number) => ({ name: `row ${round} ${number}`, number })));
    if (living.length > LIVING_ROUNDS) living.shift();
    largest = Math.max(largest, youngSpaceBytes());
  }
  assert.ok(largest >= 8 * MIB, `${largest}`);
  assert.ok(largest <= 64 * MIB, `${largest}`);
});
