import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compilePattern } from './pattern.ts';

test('compilePattern() understands what a shell does', () => {
  const rows: readonly (readonly [pattern: string, path: string, fits: boolean])[] = [
    ['*.conf', '/etc/a.conf', true],
    ['*.conf', '/etc/a.conf.d/x', false],
    ['/etc/*.conf', '/etc/a.conf', true],
    ['/etc/*', '/etc/a/b', false],
    ['?', '/x', true],
    ['?', '/x/yy', false],
    ['[a-c]x', '/bx', true],
    ['[!a-c]x', '/bx', false],
    ['[z-a]x', '/[z-a]x', true],
    ['a[', '/a[', true],
    ['[]]', '/]', true],
    ['$(id).+', '/$(id).+', true],
    ['new\nline', '/new\nline', true],
    ['*', '/a\nb', true],
    ['-rf', '/x/-rf', true],
  ];
  for (const [pattern, path, fits] of rows) assert.equal(compilePattern(pattern)(path), fits, pattern);
});

test('compilePattern() takes any text, and one without signs means itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pattern, path) => {
      assert.equal(typeof compilePattern(pattern)(`/${path}`), 'boolean');
      if (!/[*?[\]/]/.test(pattern)) assert.equal(compilePattern(pattern)(`/${pattern}`), true);
    }),
  );
});
