import { type BigIntStats, closeSync, constants, openSync } from 'node:fs';
import { type FileFlag, nativeCalls, type SystemPath, splitDeviceNumber } from '../../base/native/index.ts';
import type { Hole, MetadataExtensions } from '../../format/index.ts';
import type { EntryKind } from '../entry-kind.ts';

const SPECIAL_BITS = 0o7000;

/** The unit of `blocks` in a file's status, whatever the file system uses. */
const STATUS_BLOCK_BYTES = 512n;

/** A list of more holes would outweigh what it saves. */
const MOST_HOLES = 1000;

/** What Duplicati's keys cannot say about an entry, as a part of `Metadata`; nothing for ordinary entries. */
export function readExtensions(
  systemPath: SystemPath,
  kind: EntryKind,
  stat: BigIntStats,
): { readonly extensions?: MetadataExtensions } | undefined {
  const mode = Number(stat.mode) & 0o7777;
  const hasMode = (mode & SPECIAL_BITS) !== 0 && kind !== 'symlink';
  const isLinked = stat.nlink > 1n && kind !== 'folder';
  const isSpecial = kind !== 'file' && kind !== 'folder' && kind !== 'symlink';
  const holes = kind === 'file' && isShort(stat) ? readHoles(systemPath, Number(stat.size)) : undefined;
  const flags = kind === 'file' || kind === 'folder' ? readFlags(systemPath) : undefined;
  if (!hasMode && !isLinked && !isSpecial && holes === undefined && flags === undefined) return undefined;
  return {
    extensions: {
      ...(isSpecial ? { kind } : undefined),
      ...(hasMode ? { mode } : undefined),
      ...(isDevice(kind) ? { device: splitDeviceNumber(stat.rdev) } : undefined),
      ...(isLinked ? { hardlink: `${stat.dev}:${stat.ino}` } : undefined),
      ...(holes === undefined ? undefined : { holes }),
      ...(flags === undefined ? undefined : { flags }),
    },
  };
}

function isDevice(kind: EntryKind): boolean {
  return kind === 'block-device' || kind === 'character-device';
}

function readFlags(systemPath: SystemPath): readonly FileFlag[] | undefined {
  try {
    const flags = nativeCalls()?.fileFlags(systemPath) ?? [];
    return flags.length === 0 ? undefined : flags;
  } catch {
    // An entry that has vanished meanwhile is noticed when its content is read.
    return undefined;
  }
}

/** Less space taken than the size asks for: holes, or compression. Very small files may lie in their inode. */
function isShort({ blocks, size }: BigIntStats): boolean {
  return blocks * STATUS_BLOCK_BYTES < size && size > STATUS_BLOCK_BYTES;
}

/** The holes of a file, or `undefined` where there are none, too many, or where they cannot be asked for. */
function readHoles(systemPath: SystemPath, sizeBytes: number): Hole[] | undefined {
  const calls = nativeCalls();
  if (calls === undefined) return undefined;
  let file: number | undefined;
  try {
    file = openSync(systemPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const holes: Hole[] = [];
    for (let offset = 0; offset < sizeBytes; ) {
      const start = calls.seekHole(file, offset) ?? sizeBytes;
      if (start >= sizeBytes) break;
      const end = Math.min(calls.seekData(file, start) ?? sizeBytes, sizeBytes);
      holes.push({ offset: start, lengthBytes: end - start });
      offset = end;
      if (holes.length > MOST_HOLES) return undefined;
    }
    return holes.length === 0 ? undefined : holes;
  } catch {
    // Holes only save space. A file that cannot be opened is reported when its content is read.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
