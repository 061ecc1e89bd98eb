import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * A file system in memory of the given size until the end of the test, or `undefined` where this user may not
 * mount one.
 */
export function mountSmallDisk(t: TestContext, sizeBytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder]);
  t.after(() => {
    if (mounted.status === 0) spawnSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  return mounted.status === 0 ? folder : undefined;
}

/** Gives it another size; it may be less than what it holds, and is full then. */
export function resizeDisk(folder: string, sizeBytes: number): void {
  spawnSync('mount', ['-o', `remount,size=${sizeBytes}`, folder]);
}

/** False where somebody has a file of it open for writing. */
export function remountReadOnly(folder: string): boolean {
  return spawnSync('mount', ['-o', 'remount,ro', folder]).status === 0;
}
