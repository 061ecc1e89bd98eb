import { type FilelistEntry, formatFilelistEntry } from './filelist-entry.ts';

/** The entry of a dlist that holds its file list. */
export const FILELIST_ENTRY = 'filelist.json';

const BEGIN = Buffer.from('\ufeff[');
const COMMA = Buffer.from(',');
const END = Buffer.from(']');

/** The bytes of some entries that follow each other in a file list: all of them in memory. */
export function filelistPart(entries: Iterable<FilelistEntry>): Buffer {
  return Buffer.from(Array.from(entries, formatFilelistEntry).join(','));
}

/**
 * The bytes of `filelist.json` from those of its parts in order. Duplicati writes folders and symlinks first
 * and then files, each ordered by the UTF-8 bytes of the paths; readers take any order.
 */
export function* filelistPieces(parts: Iterable<Buffer>): Generator<Buffer> {
  yield BEGIN;
  let isFirst = true;
  for (const part of parts) {
    if (part.length === 0) continue;
    if (!isFirst) yield COMMA;
    isFirst = false;
    yield part;
  }
  yield END;
}
