import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseJsonObject, quoteJson } from './json-text.ts';

test('quoteJson() escapes what Duplicati escapes and nothing else', () => {
  assert.equal(quoteJson("/é✓😀\u007f<>&'"), '"/é✓😀\u007f<>&\'"');
  assert.equal(quoteJson('"\\\b\t\n\f\r\u0001\u001f'), '"\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f"');
  assert.equal(quoteJson('\u0085\u2028\u2029'), '"\\u0085\\u2028\\u2029"');
});

test('quoteJson() writes every string so that it survives UTF-8 and comes back, lone surrogates too', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }),
      (text) => {
        assert.equal(JSON.parse(Buffer.from(quoteJson(text)).toString()), text);
      },
    ),
  );
});

test('parseJsonObject() gives objects only', () => {
  assert.deepEqual(parseJsonObject('{"a":1}'), { a: 1 });
  for (const text of ['[1]', 'null', '"x"', '{', '']) assert.equal(parseJsonObject(text), undefined);
});
