import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { blockEntryName, blockHashOfEntryName } from './dblock.ts';

test('blockHashOfEntryName() gives back the hash that blockEntryName() named, for every hash size', () => {
  for (const size of [16, 20, 32, 48, 64]) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (hash) => {
        assert.deepEqual(blockHashOfEntryName(blockEntryName(hash)), Buffer.from(hash));
      }),
    );
  }
});

test('blockEntryName() uses the URL-safe alphabet and keeps the padding', () => {
  assert.equal(blockEntryName(Buffer.from([0xfb, 0xff, 0xfe, 0xff])), '-__-_w==');
});

test('blockHashOfEntryName() knows what is no block', () => {
  for (const name of ['manifest', 'abc', 'abcde', 'ab+/', 'a/bc', 'list/AAAA', 'AAAA===A', '====', '']) {
    assert.equal(blockHashOfEntryName(name), undefined, name);
  }
  assert.equal(blockHashOfEntryName('note')?.length, 3);
});
