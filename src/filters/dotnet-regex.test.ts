import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { translateRegex, UntranslatableRegex } from './dotnet-regex.ts';

const matches = (pattern: string, text: string): boolean => {
  const regex = new RegExp(translateRegex(pattern), 'vsy');
  return regex.test(text) && regex.lastIndex === text.length;
};

test('translateRegex() keeps the meaning of what .NET spells in its own way', () => {
  const rows = [
    ['.*\\.(txt|doc)$', 'a.doc', true],
    ['(?i).*\\.TXT', 'a.txt', true],
    ['a(?i)b|c', 'C', true],
    ['(a(?i)b)c', 'aBC', false],
    ['(?i:a)b', 'AB', false],
    ['\\A[^/]+\\z', 'name', true],
    ['a\\Z', 'a', true],
    ['\\w+', 'ünï_7', true],
    ['\\d', '٣', true],
    ['[\\w-]+', 'a-ü', true],
    ['[a-z-[aeiou]]+', 'xyz', true],
    ['[a-z-[aeiou]]+', 'xaz', false],
    ['[^\\]]', ']', false],
    ['[]a]+', ']a', true],
    ['a{2}', 'aa', true],
    ['a{,2}', 'a{,2}', true],
    ['{x}', '{x}', true],
    ['x]', 'x]', true],
    ["(?'q'['\"]).*\\k'q'", '"a"', true],
    ['(?<q>a|b)\\1', 'bb', true],
    ['(?>a+)ab', 'aaab', false],
    ['(?>a+)b', 'aaab', true],
    ['(?<!x)y', 'y', true],
    ['a(?#remark)b', 'ab', true],
    ['\\x41\\u0042\\cA\\e\\t', 'AB\u0001\u001b\t', true],
    ['.', '\n', true],
    ['\\bü\\b', 'ü', true],
    ['a#b c&&d--e', 'a#b c&&d--e', true],
    ['\\p{Lu}', 'Ä', true],
  ] as const;
  for (const [pattern, text, expected] of rows)
    assert.equal(matches(pattern, text), expected, `${pattern} on ${text}`);
});

test('translateRegex() refuses what has no counterpart', () => {
  for (const pattern of ['(unclosed', 'closed)', '[a', 'a\\', '(?(a)b|c)', '(?x)a', '(a)\\1', '[z-a]', '\\q'])
    assert.throws(() => translateRegex(pattern), UntranslatableRegex, pattern);
});

test('translateRegex() takes any escaped text literally', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const escaped = [...text].map((one) => (/[A-Za-z0-9]/.test(one) ? one : `\\${one}`)).join('');
      return matches(escaped, text);
    }),
  );
});
