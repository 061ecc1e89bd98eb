import { ENTRY_KINDS, type EntryKind, type FilesetSeq, type LocalDatabase } from '../../database/index.ts';

/** The entries of some kinds whose paths come after one and not after another. */
export interface FilelistRange {
  readonly kinds: readonly EntryKind[];
  readonly after: string;
  /** `undefined`: to the last one. */
  readonly upTo: string | undefined;
}

/** Entries in a range, of all kinds: their part of the list has about half a megabyte. */
export const RANGE_ENTRIES = 2048;

/** Folders and links by path, then files by path, as Duplicati orders them. */
export const KINDS_IN_ORDER: readonly (readonly EntryKind[])[] = [
  [ENTRY_KINDS.folder, ENTRY_KINDS.symlink],
  [ENTRY_KINDS.file],
];

/** The ranges that make up the file list of a version, in its order. */
export function filelistRanges(database: LocalDatabase, seq: FilesetSeq): readonly FilelistRange[] {
  const ends = [...database.entries.ends(seq, RANGE_ENTRIES), undefined];
  return KINDS_IN_ORDER.flatMap((kinds) =>
    ends.map((upTo, place) => ({ kinds, after: ends[place - 1] ?? '', upTo })),
  );
}
