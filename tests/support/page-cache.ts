import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { nativeCalls } from '../../src/base/native/index.ts';

/** How many pages of a file the system holds in its cache; `undefined` where it does not tell. */
export function cachedPages(path: string): number | undefined {
  const file = openSync(path, 'r');
  try {
    return nativeCalls()?.cachedPages(file);
  } finally {
    closeSync(file);
  }
}

/** Has the system forget what it holds of a file. False after skipping the test, where it does not. */
export function dropFromCache(t: TestContext, path: string): boolean {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
    nativeCalls()?.letGo(file, 0, 0);
  } finally {
    closeSync(file);
  }
  if (cachedPages(path) === 0) return true;
  t.skip('the system does not tell what it caches, or has the temporary folder in memory');
  return false;
}
