import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { comparePaths, decodePath, encodePath } from './paths.ts';

test('encodePath() gives back the bytes that decodePath() read, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      assert.deepEqual(encodePath(decodePath(bytes)), Buffer.from(bytes));
    }),
  );
});

test('encodePath() gives back names that hold the code points used for escaping', () => {
  const bytes = Buffer.from('a\u{10ff80}b\u{10ffff}', 'utf8');
  assert.deepEqual(encodePath(decodePath(bytes)), bytes);
});

test('decodePath() leaves valid UTF-8 as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/[\u{10ff80}-\u{10ffff}]/u.test(text));
      assert.equal(decodePath(Buffer.from(text, 'utf8')), text);
    }),
  );
});

test('comparePaths() orders as the UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(Math.sign(comparePaths(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
