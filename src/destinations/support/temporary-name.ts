import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import { errorCode } from '../../base/index.ts';

/**
 * No volume name of any prefix starts with a dot and holds these words, so no listing takes such a file for a
 * volume.
 */
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

/** True for the half-stored file of a process that has died, and for one that nobody has touched for a day. */
export function isStaleUpload(name: string, modifiedAtMs: number | undefined, nowMs: number): boolean {
  if (!isTemporaryName(name)) return false;
  return hasDeadOwner(name) || (modifiedAtMs !== undefined && modifiedAtMs < nowMs - STALE_AGE_MS);
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

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has it, and elsewhere the host name is enough.
    return '';
  }
}
