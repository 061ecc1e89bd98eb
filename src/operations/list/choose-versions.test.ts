import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { BackupError } from '../../base/index.ts';
import { chooseVersions } from './choose-versions.ts';

const TIMES = [400, 300, 200, 100];

test('chooseVersions() takes the newest version where nothing is asked for, and all where all are', () => {
  assert.deepEqual(chooseVersions(TIMES, {}).numbers, [0]);
  assert.deepEqual(chooseVersions(TIMES, { isAll: true, versions: [2] }).numbers, [0, 1, 2, 3]);
});

test('chooseVersions() takes the newest version at or before a time, together with those named', () => {
  assert.deepEqual(chooseVersions(TIMES, { timeMs: 300 }).numbers, [1]);
  assert.deepEqual(chooseVersions(TIMES, { timeMs: 299 }).numbers, [2]);
  assert.deepEqual(chooseVersions(TIMES, { timeMs: 1000, versions: [3] }).numbers, [0, 3]);
});

test('chooseVersions() tells which numbers there are not, and throws where nothing is left', () => {
  assert.deepEqual(chooseVersions(TIMES, { versions: [7, 1] }), { numbers: [1], beyond: [7] });
  for (const [times, query] of [
    [TIMES, { versions: [4] }],
    [TIMES, { timeMs: 99 }],
    [[], {}],
    [[], { isAll: true }],
  ] as const) {
    assert.throws(
      () => chooseVersions(times, query),
      (error) => error instanceof BackupError && error.code === 'no-matching-version',
    );
  }
});

test('chooseVersions() answers numbers that exist, ascending and once each', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 6 }), (versions, count) => {
      const times = Array.from({ length: count }, (_, index) => 1000 - index);
      const expected = [...new Set(versions)].filter((number) => number < count).sort((a, b) => a - b);
      if (expected.length === 0) return;
      assert.deepEqual(chooseVersions(times, { versions }).numbers, expected);
    }),
  );
});
