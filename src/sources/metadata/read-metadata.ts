import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { decodePath } from '../../base/index.ts';
import type { SystemPath } from '../../base/native/index.ts';
import { type Metadata, ticksFromUnixNs, writeMetadataBlob } from '../../format/index.ts';
import { type EntryKind, entryKind, withoutEndSeparator } from '../entry-kind.ts';
import { type Relocation, relocate } from '../relocation.ts';
import { systemPathOf } from '../system-path.ts';
import { attributeBits, attributeText } from './attributes.ts';
import { readExtensions } from './extensions.ts';
import { readOwner } from './owner.ts';
import { asksForExclusion, readXattrs } from './xattrs.ts';

/** An entry's metadata blob with what a backup books beside it, all from one look at the entry. */
export interface EntryMetadata {
  readonly kind: EntryKind;
  /**
   * Byte for byte what Duplicati stores for the entry, unless it has what only Ashlar stores (see
   * `MetadataExtensions`).
   */
  readonly blob: Buffer;
  /** Of a sparse file: the blob that it would have if it had no holes. */
  readonly blobWithoutHoles: Buffer | undefined;
  readonly sizeBytes: number;
  /** Modification time in whole seconds since 1970, rounded down, and the 100 ns ticks above them. */
  readonly mtimeSeconds: number;
  readonly mtimeTicks: number;
  /** Change time and inode, the same numbers as `lstat` gives. */
  readonly ctimeMs: number;
  readonly inode: number;
  /** True where an extended attribute asks to leave the entry out of backups. */
  readonly isMarkedExcluded: boolean;
  /** What could not be read, one sentence each; the rest is in the blob. */
  readonly problems: readonly string[];
}

export interface ReadMetadataOptions {
  /** Where the entry lies, if not where its path says. */
  readonly relocations?: readonly Relocation[] | undefined;
  /** `follow`: of a link's target. Needed too for a folder that was named as source through a link. */
  readonly symlinks: 'store' | 'follow';
}

/**
 * Reads the metadata of `path` (carried form; a `/` at the end says that a link leads to a folder). Throws
 * Node's errors where the entry is not there or may not be looked at. Costs three system calls for an
 * ordinary file.
 */
export function readMetadata(path: string, options: ReadMetadataOptions): EntryMetadata {
  const named = systemPathOf(relocate(withoutEndSeparator(path), options.relocations));
  const systemPath = options.symlinks === 'follow' ? resolveLink(named) : named;
  const stat = lstatSync(systemPath, AS_BIGINT);
  const mode = Number(stat.mode);
  const kind = entryKind(mode);
  const problems: string[] = [];
  const xattrs = readXattrs(systemPath, path, problems);
  const owner = readOwner({ uid: Number(stat.uid), gid: Number(stat.gid), mode });
  const metadata = {
    ...(xattrs === undefined ? undefined : { xattrs }),
    owner,
    attributes: attributeText(
      attributeBits({
        path,
        kind,
        mode: kind === 'symlink' ? targetMode(systemPath, mode) : mode,
        uid: owner.uid,
        gid: owner.gid,
      }),
    ),
    lastWriteTicks: ticksFromUnixNs(stat.mtimeNs),
    // What .NET calls the creation time on Linux, where it cannot know it.
    createTicks: ticksFromUnixNs(earlier(stat.mtimeNs, stat.ctimeNs)),
    ...(kind === 'symlink' ? { symlinkTarget: readTarget(systemPath) } : undefined),
    ...readExtensions(systemPath, kind, stat),
  } satisfies Metadata;
  const { holes, ...extensions } = metadata.extensions ?? {};
  const [mtimeSeconds, mtimeNanoseconds] = secondsAndNanoseconds(stat.mtimeNs);
  const [ctimeSeconds, ctimeNanoseconds] = secondsAndNanoseconds(stat.ctimeNs);
  return {
    kind,
    blob: writeMetadataBlob(metadata),
    blobWithoutHoles: holes === undefined ? undefined : writeMetadataBlob({ ...metadata, extensions }),
    sizeBytes: Number(stat.size),
    mtimeSeconds,
    mtimeTicks: Math.floor(mtimeNanoseconds / 100),
    ctimeMs: ctimeSeconds * 1000 + ctimeNanoseconds / 1_000_000,
    inode: Number(stat.ino),
    isMarkedExcluded: xattrs !== undefined && asksForExclusion(xattrs),
    problems,
  };
}

const AS_BIGINT = { bigint: true } as const;

function resolveLink(path: SystemPath): SystemPath {
  return lstatSync(path).isSymbolicLink() ? realpathSync.native(path, 'buffer') : path;
}

/** .NET takes the permissions of a link from its target, where there is one, and the owner from the link. */
function targetMode(link: SystemPath, ownMode: number): number {
  try {
    return statSync(link, { throwIfNoEntry: false })?.mode ?? ownMode;
  } catch {
    // The target may not be looked at, or the link leads to itself: as if dangling.
    return ownMode;
  }
}

function readTarget(link: SystemPath): string {
  return decodePath(readlinkSync(link, 'buffer'));
}

function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** Whole seconds rounded down, and the nanoseconds above them. */
function secondsAndNanoseconds(ns: bigint): readonly [number, number] {
  const nanoseconds = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  return [Number((ns - nanoseconds) / NS_PER_SECOND), Number(nanoseconds)];
}

const NS_PER_SECOND = 1_000_000_000n;
