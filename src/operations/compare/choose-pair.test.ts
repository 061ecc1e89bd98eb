import assert from 'node:assert/strict';
import test from 'node:test';
import { choosePair } from './choose-pair.ts';

const TIMES = [400, 300, 200, 100];

test('choosePair() takes the last two versions, or those named by number or by the nearest time', () => {
  assert.deepEqual(choosePair(TIMES), { base: 1, to: 0 });
  assert.deepEqual(choosePair(TIMES, { number: 3 }), { base: 3, to: 0 });
  assert.deepEqual(choosePair(TIMES, { timeMs: 110 }, { timeMs: 260 }), { base: 3, to: 1 });
  assert.deepEqual(choosePair(TIMES, { timeMs: 0 }, { timeMs: 9999 }), { base: 3, to: 0 });
});

test('choosePair() throws where there is no second version, or none of that number', () => {
  assert.throws(() => choosePair([400]), { code: 'versions-too-few' });
  assert.throws(() => choosePair([]), { code: 'versions-too-few' });
  assert.throws(() => choosePair(TIMES, { number: 4 }), { code: 'no-matching-version' });
});
