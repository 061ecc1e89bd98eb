import assert from 'node:assert/strict';
import test from 'node:test';
import { checkEntryPath, separatorOf } from './entry-path.ts';

test('checkEntryPath() takes absolute paths of Unix and Windows', () => {
  const paths = [
    '/',
    '/a/b',
    '/a/..b/c..',
    '/a/..\\b',
    'C:\\',
    'C:\\Users\\a',
    'c:/x',
    '\\\\server\\share\\x',
    'C:\\x:stream',
  ];
  for (const path of paths) assert.equal(checkEntryPath(path), undefined, path);
});

test('checkEntryPath() refuses what could leave the restore folder', () => {
  for (const path of ['', 'a/b', './a', 'C:', 'C:a', '\\a', '\\\\', '..']) {
    assert.equal(checkEntryPath(path), 'not-absolute', path);
  }
  for (const path of ['/..', '/a/../b', '/a/..', '/../', 'C:\\..\\x', 'C:\\a/../x', '\\\\server\\..\\x']) {
    assert.equal(checkEntryPath(path), 'parent-segment', path);
  }
  assert.equal(checkEntryPath('/a\0b'), 'nul-character');
});

test('separatorOf() tells the machine that a path comes from', () => {
  assert.equal(separatorOf('/a\\b'), '/');
  assert.equal(separatorOf('C:\\a'), '\\');
  assert.equal(separatorOf('\\\\server\\share'), '\\');
});
