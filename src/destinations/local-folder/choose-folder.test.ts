import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import test from 'node:test';
import { resolveCandidates } from './choose-folder.ts';

test('resolveCandidates() makes paths absolute and keeps their order', () => {
  const given = { path: 'a', alternates: ['/b', 'c'], marker: 'm' };
  assert.deepEqual(resolveCandidates(given, 'linux'), {
    folders: [resolve('a'), '/b', resolve('c')],
    marker: 'm',
  });
});

test('resolveCandidates() on Windows expands *: to every drive and drops the slash of a URL', () => {
  const given = { path: '/D:/x', alternates: ['C:\\a', '*:\\b'], marker: undefined };
  const { folders } = resolveCandidates(given, 'win32');
  assert.equal(folders.length, 1 + 1 + 26);
  assert.deepEqual(
    [folders[0], folders[1], folders[27]],
    [resolve('D:/x'), resolve('C:\\a'), resolve('Z:\\b')],
  );
});
