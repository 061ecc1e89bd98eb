import assert from 'node:assert/strict';
import test from 'node:test';
import { Inventory } from './inventory.ts';

const FILE = { sizeBytes: 5, modifiedAtMs: 1000.25, sha256: undefined };

test('Inventory remembers files as they were settled', () => {
  using inventory = Inventory.open(':memory:');
  assert.equal(inventory.isEmpty, true);
  inventory.intend('a/b');
  inventory.settle('a/b', FILE);
  inventory.settle('c', { ...FILE, sha256: 'ff' });
  assert.deepEqual([inventory.find('a/b'), inventory.find('c')?.sha256], [FILE, 'ff']);
  assert.deepEqual(inventory.paths(), ['a/b', 'c']);
  inventory.settle('c', undefined);
  assert.equal(inventory.find('c'), undefined);
});

test('Inventory knows nothing of a file whose change was begun and not settled', () => {
  using inventory = Inventory.open(':memory:');
  inventory.settle('a', FILE);
  inventory.intend('a');
  inventory.intend('b');
  assert.equal(inventory.find('a'), undefined);
  assert.equal(inventory.clearIntents(), 2);
  assert.equal(inventory.clearIntents(), 0);
});
