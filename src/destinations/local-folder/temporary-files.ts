import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { toSystemPath } from '../../base/index.ts';
import { isStaleUpload, isTemporaryName } from '../support/temporary-name.ts';

/**
 * Removes half-stored files whose process has died, here, or that nobody has touched for a day. A failure is
 * not worth stopping for: the file is in nobody's way, and the next run looks again.
 */
export async function removeStaleFiles(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(toSystemPath(folder))) {
    if (!isTemporaryName(name)) continue;
    const path = toSystemPath(join(folder, name));
    if (isStaleUpload(name, await lastTouchedMs(path), nowMs)) await removeTemporary(path);
  }
}

/**
 * Removes a temporary file that may be gone already. A failure leaves it to `removeStaleFiles` and must not
 * hide the outcome of the upload.
 */
export async function removeTemporary(path: string | Buffer): Promise<void> {
  await unlink(path).catch(() => {});
}

/** A hard link keeps the file's time of modification, but making it moves the change time. */
async function lastTouchedMs(path: string | Buffer): Promise<number> {
  const stats = await lstat(path);
  return Math.max(stats.mtimeMs, stats.ctimeMs);
}
