import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { splitArguments } from './split-arguments.ts';

for (const [text, expected] of [
  ['', []],
  ['--a  --b=c ', ['--a', '--b=c']],
  ['--a "b c" \'d "e"\'', ['--a', 'b c', 'd "e"']],
  ['--path="/a b/c" x', ['--path=/a b/c', 'x']],
  ['"a \\" b" \\"', ['a " b', '"']],
  ['C:\\folder', ['C:\\folder']],
  ['open "quote', ['open', '"quote']],
] as const) {
  test(`splitArguments() of ${JSON.stringify(text)}`, () => assert.deepEqual(splitArguments(text), expected));
}

test('splitArguments() gives back what was put into double quotes', () => {
  const quote = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`;
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      assert.deepEqual(splitArguments(words.map(quote).join(' ')), words);
    }),
  );
});
