import assert from 'node:assert/strict';
import test from 'node:test';
import v8 from 'node:v8';
import { limitHeapGrowth } from './heap-growth.ts';

test('limitHeapGrowth() holds until the last of those who asked for it is done', (t) => {
  const set = t.mock.method(v8, 'setFlagsFromString');
  const told = (): readonly string[] => set.mock.calls.map(({ arguments: [flag] }) => flag);
  const first = limitHeapGrowth();
  const second = limitHeapGrowth();
  assert.deepEqual(told(), ['--heap-growing-percent=50']);
  first[Symbol.dispose]();
  assert.equal(told().length, 1);
  second[Symbol.dispose]();
  assert.deepEqual(told(), ['--heap-growing-percent=50', '--heap-growing-percent=0']);
});
