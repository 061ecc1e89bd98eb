import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type NativeCalls, nativeCalls, type SystemPath } from '../../base/native/index.ts';
import type { Hole } from '../../format/index.ts';

/** Holes are made in steps of the system's page. */
const PAGE_BYTES = 4096;
const READ_BYTES = 256 * 1024;

/**
 * Gives a restored file its holes back, as far as there are zeros: a file that changed while it was backed up
 * may hold data where it had a hole a moment before. Holes only save space, so a file system that has none is
 * no failure.
 */
export function punchHoles(path: SystemPath, holes: readonly Hole[]): void {
  const calls = nativeCalls();
  if (calls === undefined || holes.length === 0) return;
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (const { offset, lengthBytes } of holes)
      punchRange(calls, file, [offset, offset + lengthBytes], buffer);
  } catch {
    // The content is whole already.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What of the range takes space is read, piece by piece, and given up where it is zero. */
function punchRange(
  calls: NativeCalls,
  file: number,
  [start, end]: readonly [number, number],
  buffer: Buffer,
): void {
  for (let at = start; at < end; ) {
    const data = calls.seekData(file, at);
    if (data === undefined || data >= end) return;
    const taken = readSync(file, buffer, 0, Math.min(READ_BYTES, end - data), data);
    if (taken === 0) return;
    punchZeros(calls, file, data, buffer.subarray(0, taken));
    at = data + taken;
  }
}

/** Runs of pages of zeros; the last page may be cut short by the end of the range. */
function punchZeros(calls: NativeCalls, file: number, offset: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    while (at < bytes.length && isZero(bytes, at)) at += PAGE_BYTES;
    const end = Math.min(at, bytes.length);
    if (end > start) calls.punchHole(file, offset + start, end - start);
    else at += PAGE_BYTES;
  }
}

const ZEROS = Buffer.alloc(PAGE_BYTES);

function isZero(bytes: Buffer, at: number): boolean {
  const page = bytes.subarray(at, at + PAGE_BYTES);
  return page.equals(ZEROS.subarray(0, page.length));
}
