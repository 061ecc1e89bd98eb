import assert from 'node:assert/strict';
import test from 'node:test';
import { choosePathVersions } from './plan.ts';

const TIMES = [4000, 3000, 2000, 1000];

test('choosePathVersions() takes all versions where none is asked for', () => {
  assert.deepEqual(choosePathVersions(TIMES, {}, new Set()), {
    numbers: [0, 1, 2, 3],
    added: 4,
    knownAlready: 0,
  });
});

test('choosePathVersions() keeps what is known and adds what is asked for', () => {
  assert.deepEqual(choosePathVersions(TIMES, { versions: [0, 2] }, new Set([2000, 1000, 500])), {
    numbers: [0, 2, 3],
    added: 1,
    knownAlready: 1,
  });
});

test('choosePathVersions() adds nothing to a database that knows everything', () => {
  assert.equal(choosePathVersions(TIMES, { versions: [1] }, 'all').added, 0);
});
