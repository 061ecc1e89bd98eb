import { constants } from 'node:fs';

export type EntryKind =
  | 'file'
  | 'folder'
  | 'symlink'
  | 'fifo'
  | 'socket'
  | 'block-device'
  | 'character-device';

const KINDS: ReadonlyMap<number, EntryKind> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'folder'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
  [constants.S_IFBLK, 'block-device'],
  [constants.S_IFCHR, 'character-device'],
]);

/** What a mode from `lstat` says an entry is. Unknown kinds count as files. */
export function entryKind(mode: number): EntryKind {
  return KINDS.get(mode & constants.S_IFMT) ?? 'file';
}

/** A carried path without the separator at the end that marks folders and links to folders. */
export function withoutEndSeparator(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
