import assert from 'node:assert/strict';
import test from 'node:test';
import { controlFileEntryName, parseControlFileEntryName } from './control-file.ts';

test('parseControlFileEntryName() gives back the base name of a control file', () => {
  assert.equal(parseControlFileEntryName(controlFileEntryName('naïve name.txt')), 'naïve name.txt');
  assert.equal(parseControlFileEntryName('extra\\a'), 'a');
});

test('parseControlFileEntryName() refuses names that lead elsewhere', () => {
  for (const name of [
    'extra/',
    'extra/..',
    'extra/.',
    'extra/a/b',
    'extra/..\\a',
    'extra/a\0',
    'manifest',
    'extra',
  ]) {
    assert.equal(parseControlFileEntryName(name), undefined, name);
  }
});
