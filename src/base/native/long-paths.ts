import { closeSync, constants, openSync } from 'node:fs';
import process from 'node:process';
import { encodePath } from '../paths.ts';
import type { SystemPath } from './native-calls.ts';

/** Linux takes 4095 bytes of a path in one call; the rest is room for what a caller appends, such as a name. */
const LONGEST_BYTES = 3800;
/** No unit of UTF-16 becomes more bytes than this. */
const MOST_BYTES_PER_UNIT = 3;
/** Flag of Linux' fcntl.h: a folder as a place to start from, whether it may be listed or not. */
const O_PATH = 0o10_000_000;
/** Folders that are kept open; a tree that is walked needs one or two at a time. */
const MOST_ANCHORS = 16;
const SLASH = 0x2f;

/** Folders on the way to long paths, the one used last at the end. */
const anchors = new Map<string, number>();

/**
 * A path for one call of the system that reaches what lies at `path`, however long that is: what is too long
 * begins at an open folder, as `/proc/self/fd/7/rest`. Use it at once, for the folder is closed again later.
 * Throws Node's errors where a folder on the way cannot be opened.
 */
export function reachablePath(path: SystemPath): SystemPath {
  if (path.length * MOST_BYTES_PER_UNIT <= LONGEST_BYTES || process.platform !== 'linux') return path;
  const bytes = typeof path === 'string' ? encodePath(path) : path;
  if (bytes.length <= LONGEST_BYTES) return path;
  let rest = bytes;
  let reached = '';
  while (rest.length > LONGEST_BYTES) {
    const cut = rest.lastIndexOf(SLASH, LONGEST_BYTES - 100);
    if (cut <= 0) return path;
    reached += rest.toString('latin1', 0, cut);
    const descriptor = openAnchor(reached, rest.subarray(0, cut));
    rest = Buffer.concat([Buffer.from(`/proc/self/fd/${descriptor}`), rest.subarray(cut)]);
  }
  return rest;
}

function openAnchor(key: string, path: Buffer): number {
  const known = anchors.get(key);
  if (known !== undefined) {
    anchors.delete(key);
    anchors.set(key, known);
    return known;
  }
  const descriptor = openSync(path, O_PATH | constants.O_DIRECTORY);
  anchors.set(key, descriptor);
  const [oldest] = anchors;
  if (anchors.size > MOST_ANCHORS && oldest !== undefined) {
    anchors.delete(oldest[0]);
    closeSync(oldest[1]);
  }
  return descriptor;
}
