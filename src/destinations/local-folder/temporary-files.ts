import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { errorCode, toSystemPath } from '../../base/index.ts';

/** No volume name of any prefix starts with a dot and holds these words, so no listing takes such a file for a volume. */
const PREFIX = '.ashlar-upload';
const PATTERN = /^\.ashlar-upload-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/;
const STALE_AGE_MS = 24 * 60 * 60 * 1000;

const MACHINE = createHash('sha256').update(`${hostname()}\n${processNamespace()}`).digest('hex').slice(0, 8);

/** A name for a half-stored file that no other upload uses: it tells the machine and the process. */
export function temporaryName(): string {
  return `${PREFIX}-${MACHINE}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

export function isTemporaryName(name: string): boolean {
  return PATTERN.test(name);
}

/**
 * Removes half-stored files whose process has died, here, or that nobody has touched for a day. A failure is not worth stopping for: the file
 * is in nobody's way, and the next run looks again.
 */
export async function removeStaleFiles(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(toSystemPath(folder))) {
    const path = toSystemPath(join(folder, name));
    if (isTemporaryName(name) && (hasDeadOwner(name) || (await lastTouchedMs(path)) < nowMs - STALE_AGE_MS))
      await removeTemporary(path);
  }
}

/** Removes a temporary file that may be gone already. A failure leaves it to `removeStaleFiles` and must not hide the outcome of the upload. */
export async function removeTemporary(path: string | Buffer): Promise<void> {
  await unlink(path).catch(() => {});
}

/** Process numbers mean nothing on another machine, nor in another container, so only our own are asked for. */
function hasDeadOwner(name: string): boolean {
  const [, machine, pid] = PATTERN.exec(name) ?? [];
  if (machine !== MACHINE) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/** A hard link keeps the file's time of modification, but making it moves the change time. */
async function lastTouchedMs(path: string | Buffer): Promise<number> {
  const stats = await lstat(path);
  return Math.max(stats.mtimeMs, stats.ctimeMs);
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has it, and elsewhere the host name is enough.
    return '';
  }
}
