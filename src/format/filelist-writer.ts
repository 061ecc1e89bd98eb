import { type FilelistEntry, formatFilelistEntry } from './filelist-entry.ts';
import { textPieces } from './text-pieces.ts';

/** The entry of a dlist that holds its file list. */
export const FILELIST_ENTRY = 'filelist.json';

/**
 * The bytes of `filelist.json` in pieces of about 64 KiB, entries in the given order. Duplicati writes
 * folders and symlinks first and then files, each part ordered by the UTF-8 bytes of the paths; readers take
 * any order.
 */
export function filelistPieces(entries: Iterable<FilelistEntry>): Generator<Buffer> {
  return textPieces(filelistTexts(entries));
}

function* filelistTexts(entries: Iterable<FilelistEntry>): Generator<string> {
  yield '\ufeff[';
  let separator = '';
  for (const entry of entries) {
    yield separator + formatFilelistEntry(entry);
    separator = ',';
  }
  yield ']';
}
