import assert from 'node:assert/strict';
import test from 'node:test';
import { counted } from './counted.ts';

test('counted() gives the noun the number of its count', () => {
  assert.equal(counted(0, 'volume'), '0 volumes');
  assert.equal(counted(1, 'volume'), '1 volume');
  assert.equal(counted(1_000, 'byte'), '1000 bytes');
  assert.equal(counted(1, 'entry', 'entries'), '1 entry');
  assert.equal(counted(2, 'entry', 'entries'), '2 entries');
});
