import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compileGlob } from './glob.ts';

test('compileGlob() lets * stand for any text, separators included, and ? for one character', () => {
  const rows = [
    ['*.txt', '/a/b.txt', true],
    ['*.txt', '/a/b.txt/', false],
    ['/a/*', '/a/', true],
    ['/a/*/', '/a/', false],
    ['*/x/*', '/x/', true],
    ['a*a', 'a', false],
    ['a*b*a', 'aba', true],
    ['?.txt', 'a.txt', true],
    ['?.txt', '.txt', false],
    ['*?', '', false],
    ['*', '', true],
    ['', '', true],
    ['a', 'b', false],
  ] as const;
  for (const [pattern, path, expected] of rows)
    assert.equal(compileGlob(pattern)(path), expected, `${pattern} on ${path}`);
});

test('compileGlob() agrees with a regular expression written from the same pattern', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (glob, path) => {
      const source = glob.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*');
      return compileGlob(glob)(path) === new RegExp(`^(?:${source})$`, 's').test(path);
    }),
    { numRuns: 2000 },
  );
});
