import { closeSync, constants, openSync, readSync } from 'node:fs';
import { decodePath } from '../../base/index.ts';
import type { Source } from '../configuration/configuration.ts';
import { type MirrorContext, tellAbout } from '../context.ts';
import { inodeKey } from '../tree/measure.ts';
import type { TreeEntry } from '../tree/walk-tree.ts';
import { type Place, visitDistinctFiles } from './distinct-files.ts';

export interface FoundLine extends Place {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const PIECE_BYTES = 1024 * 1024;
/** A file with a NUL in its first bytes is not text. */
const PROBE_BYTES = 8192;
const SHOWN_CHARACTERS = 300;
const LINE_FEED = 0x0a;

/**
 * Hands over every line that holds a text, whatever the case, as it is found. Each content is read once, in
 * the newest version that holds it. Files that are not text are left out. Answers how many lines there were.
 */
export async function findContent(
  source: Source,
  text: string,
  context: MirrorContext,
  found: (line: FoundLine) => void,
): Promise<number> {
  const wanted = text.toLowerCase();
  const read = new Set<string>();
  const tell = tellAbout(context, { task: 'monitor', sourceId: source.id, name: source.name });
  let count = 0;
  await visitDistinctFiles(source, context, (entry, run) => {
    if (!entry.stat.isFile() || read.has(inodeKey(entry.stat))) return;
    read.add(inodeKey(entry.stat));
    const place = {
      version: run.folder ?? '',
      startedMs: run.startedMs,
      path: `/${decodePath(entry.relative)}`,
      systemPath: decodePath(entry.path),
    };
    try {
      searchFile(entry, wanted, (line, shown) => {
        count++;
        found({ ...place, line, text: shown });
      });
    } catch (error) {
      tell('warning', 'pull-not-searched', `${place.path} in ${place.version}: ${String(error)}`);
    }
  });
  return count;
}

function searchFile({ path }: TreeEntry, wanted: string, found: (line: number, text: string) => void): void {
  let line = 1;
  for (const { texts, isLineEnd } of readText(path)) {
    for (const [index, text] of texts.entries()) {
      const at = text.toLowerCase().indexOf(wanted);
      if (at >= 0) found(line + index, excerpt(text, at));
    }
    line += texts.length - (isLineEnd ? 0 : 1);
  }
}

/** Lines of a file that were read together. */
interface Lines {
  readonly texts: readonly string[];
  /** False where the last one goes on. */
  readonly isLineEnd: boolean;
}

/** The lines of a file, piece by piece; nothing of a file that is not text. */
function* readText(path: Buffer): Generator<Lines> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    let filled = readSync(file, buffer, 0, buffer.length, null);
    if (buffer.subarray(0, Math.min(filled, PROBE_BYTES)).includes(0)) return;
    while (filled > 0) {
      const { end, isLineEnd } = cutAtLine(buffer, filled);
      if (end > 0) yield { texts: split(buffer.toString('utf8', 0, end), isLineEnd), isLineEnd };
      buffer.copy(buffer, 0, end, filled);
      const held = filled - end;
      const read = readSync(file, buffer, held, buffer.length - held, null);
      filled = held + read;
      if (read === 0 && held > 0) {
        yield { texts: [buffer.toString('utf8', 0, held)], isLineEnd: true };
        return;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** What stands behind the last line end is no line. */
function split(text: string, isLineEnd: boolean): string[] {
  return (isLineEnd ? text.slice(0, -1) : text).split('\n');
}

/**
 * Where to cut: behind the last line end, or, in a line that fills the whole buffer, at its end; a text that
 * lies across such a cut is not found.
 */
function cutAtLine(buffer: Buffer, filled: number): { readonly end: number; readonly isLineEnd: boolean } {
  const last = buffer.subarray(0, filled).lastIndexOf(LINE_FEED);
  if (last < 0 && filled === buffer.length) return { end: filled, isLineEnd: false };
  return { end: last + 1, isLineEnd: true };
}

/** The line, or of a long one the part around what was found. */
function excerpt(text: string, at: number): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  const begin = Math.max(0, at - SHOWN_CHARACTERS / 3);
  return text.slice(begin, begin + SHOWN_CHARACTERS);
}
