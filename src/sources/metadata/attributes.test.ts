import assert from 'node:assert/strict';
import test from 'node:test';
import type { EntryKind } from '../entry-kind.ts';
import { attributeBits, attributeText } from './attributes.ts';

const OWNER = { uid: 10, groups: new Set([20, 21]) };

const ROWS: readonly [path: string, kind: EntryKind, mode: number, owner: [number, number], text: string][] =
  [
    ['/a', 'file', 0o644, [10, 20], 'Normal'],
    ['/a', 'file', 0o444, [10, 20], 'ReadOnly'],
    // Neither readable nor writable is not read-only.
    ['/a', 'file', 0o000, [10, 20], 'Normal'],
    ['/a', 'file', 0o200, [10, 20], 'Normal'],
    // The first class that fits counts alone: owner, else group, else others.
    ['/a', 'file', 0o266, [10, 20], 'Normal'],
    ['/a', 'file', 0o466, [10, 20], 'ReadOnly'],
    ['/a', 'file', 0o646, [11, 20], 'ReadOnly'],
    ['/a', 'file', 0o664, [11, 21], 'Normal'],
    ['/a', 'file', 0o755, [11, 22], 'ReadOnly'],
    ['/a/', 'folder', 0o755, [10, 20], 'Directory'],
    ['/.a/', 'folder', 0o555, [10, 20], 'ReadOnly, Hidden, Directory'],
    ['/', 'folder', 0o755, [10, 20], 'Directory'],
    ['/.h/a', 'file', 0o644, [10, 20], 'Normal'],
    ['/.a', 'file', 0o644, [10, 20], 'Hidden'],
    ['/l', 'symlink', 0o777, [10, 20], 'ReparsePoint'],
    ['/.l/', 'symlink', 0o777, [10, 20], 'Hidden, Directory, ReparsePoint'],
    ['/l', 'symlink', 0o444, [10, 20], 'ReadOnly, ReparsePoint'],
  ];

test('attributeBits() says what .NET says on Linux', () => {
  for (const [path, kind, mode, [uid, gid], text] of ROWS) {
    const bits = attributeBits({ path, kind, mode, uid, gid }, OWNER);
    assert.equal(attributeText(bits), text, `${kind} ${path} ${mode.toString(8)} of ${uid}:${gid}`);
  }
});
