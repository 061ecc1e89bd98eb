import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import test from 'node:test';
import { readCandidates } from './choose-folder.ts';

test('readCandidates() makes paths absolute and splits the alternates at colons', () => {
  const { folders, marker } = readCandidates('a', { 'alternate-target-paths': '/b::c' }, 'linux');
  assert.deepEqual(folders, [resolve('a'), '/b', resolve('c')]);
  assert.equal(marker, undefined);
});

test('readCandidates() on Windows splits at semicolons, expands *: to every drive and drops the slash of a URL', () => {
  const settings = { 'alternate-target-paths': 'C:\\a;*:\\b', 'alternate-destination-marker': 'm' };
  const { folders, marker } = readCandidates('/D:/x', settings, 'win32');
  assert.equal(folders.length, 1 + 1 + 26);
  assert.deepEqual(
    [folders[0], folders[1], folders[27]],
    [resolve('D:/x'), resolve('C:\\a'), resolve('Z:\\b')],
  );
  assert.equal(marker, 'm');
});
