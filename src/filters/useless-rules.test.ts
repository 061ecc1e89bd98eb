import assert from 'node:assert/strict';
import test from 'node:test';
import { findUselessRules } from './useless-rules.ts';

function useless(...expressions: string[]): string[] {
  const rules = expressions.map((expression) => ({ kind: 'exclude', expression }) as const);
  return findUselessRules(rules, {
    roots: ['/home/', '/srv/one-file'],
    variables: { HOME: '/home/me' },
    isFolder: (path) => path === '/home/folder',
  }).map(({ rule, reason }) => `${rule.expression}: ${reason}`);
}

test('findUselessRules() has nothing to say about rules that may decide', () => {
  assert.deepEqual(
    useless(
      '*.tmp',
      '/home/x',
      '/home/*/cache/',
      '/h*',
      '?home/x',
      '/srv/one-file',
      '[.*\\.o]',
      '{Temp}',
      '@/home/[x]',
      '%HOME%/y',
      '',
      '/home/folder/',
    ),
    [],
  );
});

test('findUselessRules() names what is no whole path, lies elsewhere, is a folder, or uses no known variable', () => {
  assert.deepEqual(
    useless('cache/', 'a*.tmp', '/etc/*', '@/var', '/home/folder', '%NOTHING%/x', '/srv/one'),
    [
      "cache/: whole paths are matched, which begin with '/'; put '*/' before it",
      "a*.tmp: whole paths are matched, which begin with '/'; put '*/' before it",
      '/etc/*: it lies in none of the sources',
      '@/var: it lies in none of the sources',
      "/home/folder: it is a folder; put '/' behind it",
      "%NOTHING%/x: there is no environment variable 'NOTHING'",
      '/srv/one: it lies in none of the sources',
    ],
  );
});

test('findUselessRules() names every rule behind one that matches everything', () => {
  assert.deepEqual(useless('*.a', '*', '*.b', '{Temp}'), [
    "*.b: '*' before it matches everything",
    "{Temp}: '*' before it matches everything",
  ]);
});
