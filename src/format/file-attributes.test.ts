import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FILE_ATTRIBUTES } from '../base/index.ts';
import { formatFileAttributes, parseFileAttributes } from './file-attributes.ts';

test('formatFileAttributes() joins names in ascending order of bits', () => {
  const { Directory, Hidden, Normal, ReadOnly, ReparsePoint } = FILE_ATTRIBUTES;
  assert.equal(formatFileAttributes(Normal), 'Normal');
  assert.equal(
    formatFileAttributes(ReparsePoint | Directory | Hidden | ReadOnly),
    'ReadOnly, Hidden, Directory, ReparsePoint',
  );
  assert.equal(formatFileAttributes(0x40001), '262145');
});

test('parseFileAttributes() gives back all bits that formatFileAttributes() wrote', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat({ max: 0x3ffff }), fc.integer()), (bits) =>
      assert.equal(parseFileAttributes(formatFileAttributes(bits)), bits),
    ),
  );
});

test('parseFileAttributes() takes any case, numbers and None, and no unknown word', () => {
  assert.equal(parseFileAttributes('hidden,DIRECTORY'), 0x12);
  assert.equal(parseFileAttributes('18'), 0x12);
  assert.equal(parseFileAttributes('None'), 0);
  for (const text of ['', 'Normal, Odd', '1.5']) assert.equal(parseFileAttributes(text), undefined, text);
});
