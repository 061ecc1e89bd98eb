import assert from 'node:assert/strict';
import test from 'node:test';
import { anywhereIn, commonFolder, directlyIn, topmost } from './folders.ts';

const PATHS = ['/a-b', '/a/', '/a/c/', '/a/c/d', '/a/e', 'C:\\x\\', 'C:\\x\\y\\', 'C:\\x\\y\\z'];

test('directlyIn() accepts what lies in a folder, not what lies deeper, and not the folder', () => {
  assert.deepEqual(PATHS.filter(directlyIn(['/a'])), ['/a/c/', '/a/e']);
  assert.deepEqual(PATHS.filter(directlyIn(['/a/c/', 'C:\\x'])), ['/a/c/d', 'C:\\x\\y\\']);
});

test('anywhereIn() accepts everything below a folder, and no folder whose name begins alike', () => {
  assert.deepEqual(PATHS.filter(anywhereIn(['/a'])), ['/a/', '/a/c/', '/a/c/d', '/a/e']);
});

test('topmost() leaves out what lies in another of the folders', () => {
  const entries = PATHS.map((path) => ({ path }));
  assert.deepEqual(
    [...topmost(entries)].map(({ path }) => path),
    ['/a-b', '/a/', 'C:\\x\\'],
  );
});

test('commonFolder() is the deepest folder that holds all paths', () => {
  assert.equal(commonFolder([]), '');
  assert.equal(commonFolder(['/a/c/d']), '/a/c/');
  assert.equal(commonFolder(['/a/', '/a/c/d']), '/a/');
  assert.equal(commonFolder(['/a/c/d', '/a/cc']), '/a/');
  assert.equal(commonFolder(['/a/x', '/b']), '/');
  assert.equal(commonFolder(['C:\\x\\y', 'C:\\x\\z']), 'C:\\x\\');
  assert.equal(commonFolder(['C:\\x', '/a']), '');
});
