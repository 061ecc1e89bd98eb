import type { Stats } from 'node:fs';
import { walkTree } from './walk-tree.ts';

/** Blocks of `stat` have this many bytes on every file system. */
const STAT_BLOCK_BYTES = 512;

export interface VersionSize {
  /** What a copy elsewhere would hold; files with several names once. */
  readonly apparentBytes: number;
  /** The space that would be free again if only this version went: what no other version shares. */
  readonly addedBytes: number;
  readonly files: number;
}

/** Measures one version. A file counts as shared when it has more names than this folder holds. */
export async function measureVersion(folder: string, signal: AbortSignal): Promise<VersionSize> {
  const linked = new Map<string, { names: number; readonly stat: Stats }>();
  let [apparentBytes, addedBytes, files] = [0, 0, 0];
  await walkTree(
    folder,
    ({ stat }) => {
      if (!stat.isDirectory()) files++;
      if (stat.isDirectory() || stat.nlink === 1) {
        addedBytes += stat.blocks * STAT_BLOCK_BYTES;
        if (stat.isFile()) apparentBytes += stat.size;
        return undefined;
      }
      const known = linked.get(inodeKey(stat));
      if (known !== undefined) known.names++;
      else {
        linked.set(inodeKey(stat), { names: 1, stat });
        if (stat.isFile()) apparentBytes += stat.size;
      }
      return undefined;
    },
    { signal },
  );
  for (const { names, stat } of linked.values())
    if (names === stat.nlink) addedBytes += stat.blocks * STAT_BLOCK_BYTES;
  return { apparentBytes, addedBytes, files };
}

/**
 * The space of several versions, given from the newest to the oldest, where each file counts for the newest
 * version that holds it. Whatever number of the oldest versions is deleted, the sum of their shares is what
 * becomes free.
 */
export async function measureShares(folders: readonly string[], signal: AbortSignal): Promise<number[]> {
  const seen = new Set<string>();
  const shares: number[] = [];
  for (const folder of folders) {
    let bytes = 0;
    await walkTree(
      folder,
      ({ stat }) => {
        if (!stat.isDirectory() && stat.nlink > 1) {
          const key = inodeKey(stat);
          if (seen.has(key)) return undefined;
          seen.add(key);
        }
        bytes += stat.blocks * STAT_BLOCK_BYTES;
        return undefined;
      },
      { signal },
    );
    shares.push(bytes);
  }
  return shares;
}

export function inodeKey({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
