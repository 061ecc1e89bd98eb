import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { hidePaths, mapTexts } from './hide-paths.ts';

for (const [text, hidden] of [
  ["Cannot read '/home/me/a b': denied", "Cannot read '<path>': denied"],
  ["From '/a' to '/b/c'.", "From '<path>' to '<path>'."],
  ["'/home/it's me/x' is gone", "'<path>' is gone"],
  ['stat /var/log/syslog.', 'stat <path>.'],
  ['(/var/log, /etc)', '(<path>, <path>)'],
  ["'C:\\Users\\me' and D:\\x", "'<path>' and <path>"],
  ['see https://host/path and 3/4 of 5', 'see https://host/path and 3/4 of 5'],
  ['RestorePath: /home/me', 'RestorePath: <path>'],
] as const)
  test(`hidePaths() makes "${text}" "${hidden}"`, () => assert.equal(hidePaths(text), hidden));

test('hidePaths() leaves no quoted path in a text', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !/['"\n]/.test(text));
  fc.assert(
    fc.property(name, fc.string(), (path, rest) => {
      assert.ok(hidePaths(`Cannot read '/${path}'.${rest}`).startsWith("Cannot read '<path>'"));
    }),
  );
});

test('mapTexts() changes every text in an object, and nothing else', () => {
  const value = { a: ['x', { b: 'y', c: 1, d: null, e: true }] };
  assert.deepEqual(
    mapTexts(value, (text) => `${text}!`),
    { a: ['x!', { b: 'y!', c: 1, d: null, e: true }] },
  );
});
