import {
  accessSync,
  constants,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { counted, errorCode, errorMessage } from '../../base/index.ts';
import type { Destination } from '../configuration/configuration.ts';
import { MirrorError } from '../error.ts';

/**
 * The file that tells one destination from another, and a mounted disk from the empty folder that is left
 * without it.
 */
const MARKER = '.ashlar-destination';

/** Space of the file system of a destination, as an account without privileges may use it. */
export interface DiskSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly usedPercent: number;
  /** `undefined` where the file system makes inodes as they are needed. */
  readonly inodesUsedPercent: number | undefined;
  readonly inodesFree: number | undefined;
}

/**
 * Makes sure that the folder is the destination that is meant: there, mounted where that is asked for, and
 * with our marker. Changes nothing. Throws `pull-destination-missing`, `…-not-mounted`, `…-foreign`.
 */
export function identifyDestination(destination: Destination): void {
  const { path, settings } = destination;
  checkFolder(destination);
  const mount = settings.get('mount');
  if (mount !== undefined && !isMountPoint(mount)) {
    throw failure(destination, 'pull-destination-not-mounted', `nothing is mounted at '${mount}'`, {
      hint: 'Mount the disk. Nothing was changed.',
    });
  }
  const found = readMarker(path);
  if (found === undefined) {
    throw failure(destination, 'pull-destination-not-mounted', `'${path}' does not hold its file ${MARKER}`, {
      hint: "Mount the disk. If this is a new disk, 'ashlar destination claim' makes it this destination. Nothing was changed.",
    });
  }
  if (found !== destination.marker) {
    throw failure(destination, 'pull-destination-foreign', `'${path}' belongs to another destination`, {
      hint: 'Another disk may be mounted there. Nothing was changed.',
    });
  }
}

/** The same, and that a pull can write there: hard links, space and inodes. Throws `pull-destination-…`. */
export function checkDestination(destination: Destination): void {
  identifyDestination(destination);
  tryHardLink(destination);
  const space = readSpace(destination.path);
  const least = destination.settings.get('minimum-free');
  if (space.freeBytes < least || space.inodesFree === 0) {
    const reason =
      space.inodesFree === 0
        ? 'it has no inode left'
        : `it has ${counted(space.freeBytes, 'byte')} free, and ${least} are asked for`;
    throw failure(destination, 'pull-destination-full', reason, {
      hint: "Make room, or let 'ashlar cleanup' do so with fewer versions. No version was touched.",
    });
  }
}

/**
 * Makes a folder this destination by writing its marker. Throws `pull-destination-foreign` when it belongs to
 * another one.
 */
export function claimDestination(destination: Destination): void {
  checkFolder(destination);
  const found = readMarker(destination.path);
  if (found === destination.marker) return;
  if (found !== undefined) {
    throw failure(destination, 'pull-destination-foreign', `'${destination.path}' belongs to another one`, {
      hint: `If it is not in use any more, remove its file ${MARKER}.`,
    });
  }
  try {
    writeFileSync(join(destination.path, MARKER), `${destination.marker}\n`, { flag: 'wx', flush: true });
  } catch (error) {
    throw notWritable(destination, error);
  }
}

/** Throws Node's errors. */
export function readSpace(path: string): DiskSpace {
  const disk = statfsSync(path);
  const free = disk.bavail * disk.bsize;
  const used = (disk.blocks - disk.bfree) * disk.bsize;
  return {
    totalBytes: disk.blocks * disk.bsize,
    freeBytes: free,
    usedPercent: percent(used, used + free),
    inodesUsedPercent: disk.files === 0 ? undefined : percent(disk.files - disk.ffree, disk.files),
    inodesFree: disk.files === 0 ? undefined : disk.ffree,
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}

function checkFolder(destination: Destination): void {
  const stat = statSync(destination.path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return;
  throw failure(destination, 'pull-destination-missing', `there is no folder '${destination.path}'`, {
    hint: 'Make the folder, or mount the disk that holds it. Nothing was changed.',
  });
}

function isMountPoint(path: string): boolean {
  const own = statSync(path, { throwIfNoEntry: false });
  const parent = statSync(dirname(path), { throwIfNoEntry: false });
  return own !== undefined && parent !== undefined && (own.dev !== parent.dev || own.ino === parent.ino);
}

function readMarker(path: string): string | undefined {
  try {
    return readFileSync(join(path, MARKER), 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function tryHardLink(destination: Destination): void {
  let folder: string;
  try {
    accessSync(destination.path, constants.W_OK | constants.X_OK);
    folder = mkdtempSync(join(destination.path, '.ashlar-trial-'));
  } catch (error) {
    throw notWritable(destination, error);
  }
  try {
    writeFileSync(join(folder, 'one'), '');
    linkSync(join(folder, 'one'), join(folder, 'two'));
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') throw notWritable(destination, error);
    throw failure(
      destination,
      'pull-destination-without-links',
      `its file system has no hard links (${errorMessage(error)})`,
      { hint: 'Use a file system such as ext4, XFS, Btrfs or ZFS, or mode=vault.' },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function notWritable(destination: Destination, cause: unknown): MirrorError {
  return failure(
    destination,
    'pull-destination-not-writable',
    `'${destination.path}' cannot be written (${errorMessage(cause)})`,
    { hint: 'Check the rights of the folder, and whether the disk is mounted read-only.' },
  );
}

type DestinationProblem =
  | 'pull-destination-missing'
  | 'pull-destination-not-mounted'
  | 'pull-destination-foreign'
  | 'pull-destination-not-writable'
  | 'pull-destination-without-links'
  | 'pull-destination-full';

function failure(
  { name, path }: Destination,
  code: DestinationProblem,
  reason: string,
  { hint }: { readonly hint: string },
): MirrorError {
  return new MirrorError(code, `The destination '${name}' cannot be used: ${reason}.`, {
    details: { name, path },
    hint,
  });
}
