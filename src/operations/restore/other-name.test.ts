import assert from 'node:assert/strict';
import test from 'node:test';
import { otherName } from './other-name.ts';

const DAY = new Date(2026, 0, 9, 12);

const NAMES: readonly (readonly [path: string, attempt: number, name: string])[] = [
  ['a/report.txt', 0, 'a/report.2026-01-09.txt'],
  ['a/report.txt', 1, 'a/report.2026-01-09 (0).txt'],
  ['a/report.txt', 2, 'a/report.2026-01-09 (1).txt'],
  ['a.b/report', 0, 'a.b/report.2026-01-09'],
  ['a/.hidden', 0, 'a/.hidden.2026-01-09'],
  ['archive.tar.gz', 0, 'archive.tar.2026-01-09.gz'],
];

for (const [path, attempt, name] of NAMES) {
  test(`otherName() of ${path}, attempt ${attempt}`, () => assert.equal(otherName(path, DAY, attempt), name));
}
