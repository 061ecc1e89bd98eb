import assert from 'node:assert/strict';
import test from 'node:test';
import { commonFolder, fromWindowsPath, planTarget, type TargetRequest } from './target-paths.ts';

const request = (change: Partial<TargetRequest>): TargetRequest => ({
  first: '/home/a/',
  last: '/home/a/z',
  onlyFolder: undefined,
  restorePath: '/target',
  paths: 'shortened',
  ...change,
});

const COMMON: readonly (readonly [
  first: string,
  last: string,
  separator: string,
  common: string,
  why: string,
])[] = [
  ['/a/b/', '/a/b/c', '/', '/a/b/', 'a folder lies in itself'],
  ['/a/b/c', '/a/b/c', '/', '/a/b/', 'a file lies in its folder'],
  ['/a/b.txt', '/a/bc', '/', '/a/', 'equal beginnings of names are no folder'],
  ['/a', '/b', '/', '/', 'the root is common to all'],
  ['C:\\x\\a', 'C:\\x\\b', '\\', 'C:\\x\\', 'Windows'],
  ['C:\\x', 'D:\\x', '\\', '', 'two drives'],
];

for (const [first, last, separator, common, why] of COMMON) {
  test(`commonFolder() of ${first} and ${last}: ${why}`, () => {
    assert.equal(commonFolder(first, last, separator), common);
  });
}

test('planTarget() removes the folder common to all', () => {
  assert.deepEqual(planTarget(request({})), { root: '/target', prefix: '/home/a/' });
});

test('planTarget() keeps the name of a folder that was asked for alone, out of a larger version', () => {
  const onlyFolder = { path: '/home/a/', hasMoreOutside: true };
  assert.deepEqual(planTarget(request({ onlyFolder })), { root: '/target', prefix: '/home/' });
  const everything = { path: '/home/a/', hasMoreOutside: false };
  assert.deepEqual(planTarget(request({ onlyFolder: everything })), { root: '/target', prefix: '/home/a/' });
});

test('planTarget() keeps whole paths when told to', () => {
  assert.deepEqual(planTarget(request({ paths: 'whole', restorePath: '/target/' })), {
    root: '/target',
    prefix: '/',
  });
});

test('planTarget() without a target stays below the folder common to all', () => {
  assert.deepEqual(planTarget(request({ restorePath: undefined })), { root: '/home/a', prefix: '/home/a/' });
  assert.deepEqual(planTarget(request({ first: '/a', last: '/b', restorePath: undefined })), {
    root: '/',
    prefix: '/',
  });
});

test('planTarget() needs a target for paths of Windows', () => {
  assert.throws(() => planTarget(request({ first: 'C:\\a', last: 'C:\\b', restorePath: undefined })), {
    code: 'restore-path-missing',
  });
});

test('fromWindowsPath() makes drives and shares folders', () => {
  assert.equal(fromWindowsPath('C:\\x\\y'), 'C/x/y');
  assert.equal(fromWindowsPath('\\\\server\\share\\x'), 'server/share/x');
  assert.equal(fromWindowsPath('x\\'), 'x/');
});
