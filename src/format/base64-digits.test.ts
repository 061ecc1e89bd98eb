import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { decodeBase64, isPaddedBase64 } from './base64-digits.ts';

test('decodeBase64() gives the bytes that Node encoded, and isPaddedBase64() takes their text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      const target = Buffer.alloc(bytes.length);
      assert.ok(decodeBase64(Buffer.from(`x${text}`), 1, target, 0, bytes.length));
      assert.deepEqual(target, Buffer.from(bytes));
      assert.ok(isPaddedBase64(text));
    }),
  );
});

test('decodeBase64() refuses other characters and misplaced padding', () => {
  const decode = (text: string, length: number) =>
    decodeBase64(Buffer.from(text), 0, Buffer.alloc(length), 0, length);
  for (const text of ['AAA=', 'AA-_', 'AA A', 'AAA\u00e9', 'AA']) assert.equal(decode(text, 3), false, text);
  for (const text of ['AAAA', '=AA=', 'A=A=', 'A-A=', 'AA==']) assert.equal(decode(text, 2), false, text);
  for (const text of ['AAAA', 'AAA=', '=A==', 'A===', 'AA=A']) assert.equal(decode(text, 1), false, text);
});

test('isPaddedBase64() agrees with the definition', () => {
  const strict = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9+/=_é]{0,12}$/), fc.base64String());
  fc.assert(fc.property(texts, (text) => assert.equal(isPaddedBase64(text), strict.test(text))));
});
