import assert from 'node:assert/strict';
import test from 'node:test';
import { SourceShrinkage } from './source-shrinkage.ts';

function shrunkOf(roots: readonly string[], entries: readonly (readonly [path: string, isGone: boolean])[]) {
  const shrinkage = new SourceShrinkage(roots);
  for (const [path, isGone] of entries) shrinkage.add(path, isGone);
  return shrinkage.shrunk().map(({ root, before, gone }) => [root, before, gone]);
}

function folder(root: string, entries: number, gone: number): [string, boolean][] {
  return [
    [root, false],
    ...Array.from({ length: entries }, (_, index): [string, boolean] => [`${root}${index}`, index < gone]),
  ];
}

test('SourceShrinkage names a source that lost more than half of its entries, and one that lost all', () => {
  assert.deepEqual(shrunkOf(['/a/'], folder('/a/', 20, 10)), []);
  assert.deepEqual(shrunkOf(['/a/'], folder('/a/', 20, 11)), [['/a/', 21, 11]]);
  assert.deepEqual(shrunkOf(['/a/'], folder('/a/', 3, 2)), []);
  assert.deepEqual(shrunkOf(['/a/'], folder('/a/', 3, 3)), [['/a/', 4, 3]]);
});

test('SourceShrinkage counts each source for itself, and nothing of what is no source any more', () => {
  const entries = [...folder('/a/', 20, 20), ...folder('/b/', 20, 0), ...folder('/c/', 20, 20)];
  assert.deepEqual(shrunkOf(['/a/', '/b/'], entries), [['/a/', 21, 20]]);
  assert.deepEqual(shrunkOf(['/file'], [['/file', false]]), []);
});
