import type { EntryKind, SourceStat } from '../../../sources/index.ts';
import type { FoundEntry } from './found-entry.ts';

/**
 * Entries on their way to another thread: a few large values, since each small one costs more than the entry
 * took to find.
 */
export interface PackedEntries {
  /** Joined by a zero character, which no path holds. */
  readonly paths: string;
  /** Of each entry: its kind as a place in `KINDS`, and the flags. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** Of each entry, the numbers of its status in the order of `STAT_FIELDS`. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

const KINDS = [
  'file',
  'folder',
  'symlink',
  'fifo',
  'socket',
  'block-device',
  'character-device',
] as const satisfies readonly EntryKind[];
const KIND_MASK = 0x0f;
const LINK = 0x10;
const ROOT = 0x20;

const STAT_FIELDS = [
  'size',
  'mtimeMs',
  'ctimeMs',
  'dev',
  'ino',
  'nlink',
  'mode',
  'uid',
  'gid',
] as const satisfies readonly (keyof SourceStat)[];
const FIELDS = STAT_FIELDS.length;

export function packEntries(entries: readonly FoundEntry[]): PackedEntries {
  const kinds = new Uint8Array(entries.length);
  const numbers = new Float64Array(entries.length * FIELDS);
  for (const [place, { kind, isLink, isRoot, stat }] of entries.entries()) {
    kinds[place] = KINDS.indexOf(kind) | (isLink ? LINK : 0) | (isRoot ? ROOT : 0);
    for (let field = 0; field < FIELDS; field++)
      numbers[place * FIELDS + field] = stat[STAT_FIELDS[field] ?? 'size'];
  }
  return { paths: entries.map(({ path }) => path).join('\0'), kinds, numbers };
}

export function unpackEntries({ paths, kinds, numbers }: PackedEntries): FoundEntry[] {
  if (kinds.length === 0) return [];
  return paths.split('\0').map((path, place): FoundEntry => {
    const bits = kinds[place] ?? 0;
    const number = (field: number) => numbers[place * FIELDS + field] ?? 0;
    return {
      path,
      kind: KINDS[bits & KIND_MASK] ?? 'file',
      isLink: (bits & LINK) !== 0,
      isRoot: (bits & ROOT) !== 0,
      stat: {
        size: number(0),
        mtimeMs: number(1),
        ctimeMs: number(2),
        dev: number(3),
        ino: number(4),
        nlink: number(5),
        mode: number(6),
        uid: number(7),
        gid: number(8),
      },
    };
  });
}
