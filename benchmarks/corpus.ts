import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ContentMaker } from './content.ts';

export const CORPUS_NAMES = ['small', 'mixed', 'large', 'huge', 'versions', '10k', '100k', '1m'] as const;
export type CorpusName = (typeof CORPUS_NAMES)[number];

export interface Corpus {
  /** What it is, and the heading of its table. */
  readonly kind: CorpusName | 'given';
  readonly name: string;
  readonly folder: string;
  readonly files: number;
  readonly sizeBytes: number;
}

/** Trees of many files: their number and their mean length. */
const TREES = {
  small: { files: 170_000, meanBytes: 19_400 },
  versions: { files: 2_000, meanBytes: 20_000 },
  '10k': { files: 10_000, meanBytes: 2_000 },
  '100k': { files: 100_000, meanBytes: 2_000 },
  '1m': { files: 1_000_000, meanBytes: 2_000 },
} as const;
/** What people keep in their home folders: many documents, and most of the bytes in pictures and films. */
const MIXED = [
  { folder: 'documents', files: 20_000, meanBytes: 15_000 },
  { folder: 'pictures', files: 400, meanBytes: 3e6, kind: 'random' },
  { folder: 'films', files: 8, meanBytes: 75e6, kind: 'random' },
  { folder: 'mail', files: 20, meanBytes: 20e6, kind: 'text' },
  { folder: 'databases', files: 10, meanBytes: 40e6, kind: 'records' },
] as const;
/** No file is longer than so many times the mean length of its folder. */
const LONGEST = 4;
const LARGE_FILES = 8;
const LARGE_BYTES = 4e9;
const HUGE_BYTES = 10e9;
const PIECE_BYTES = 64 * 1024 * 1024;
const FILES_A_FOLDER = 40;
/** Times in the past and in order, so that no program has to doubt a file that was written in this very second. */
const FIRST_TIME = 1_600_000_000;

/** Makes the files of a corpus; the same scale gives the same bytes and times everywhere. */
export function makeCorpus(name: CorpusName, folder: string, scale: number): Corpus {
  if (name === 'huge') makeHugeFile(folder, scale);
  else if (name === 'large') makeLargeFiles(folder, scale);
  else if (name === 'mixed') makeMixedTree(folder, scale);
  else makeTree(folder, { ...TREES[name], scale });
  return describeCorpus(name, HEADINGS[name], folder);
}

const HEADINGS: Readonly<Record<CorpusName, string>> = {
  small: 'many small files',
  mixed: 'a mixed tree',
  large: 'large files',
  huge: 'one huge file',
  versions: 'a changing tree in 100 versions',
  '10k': 'growth: 10 000 files',
  '100k': 'growth: 100 000 files',
  '1m': 'growth: 1 000 000 files',
};

/** Copies a folder of the user, which stays as it is. */
export function copyCorpus(source: string, folder: string): Corpus {
  cpSync(source, folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return describeCorpus('given', 'a given folder', folder);
}

/** Paths of all regular files, in one fixed order. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function describeCorpus(kind: Corpus['kind'], name: string, folder: string): Corpus {
  const files = listFiles(folder);
  return {
    kind,
    name,
    folder,
    files: files.length,
    sizeBytes: files.reduce((sum, path) => sum + statSync(path).size, 0),
  };
}

function makeTree(
  folder: string,
  { files, meanBytes, scale }: { files: number; meanBytes: number; scale: number },
): void {
  const count = Math.max(1, Math.round(files * scale));
  const maker = new ContentMaker(1);
  for (let index = 0; index < count; index++) {
    const group = Math.floor(index / FILES_A_FOLDER);
    const path = join(folder, `${group % 97}`, `${group}`, `file-${index}`);
    const lot = maker.chance();
    // One file in twenty is a copy of an earlier one.
    const copied = lot < 0.05 && index % FILES_A_FOLDER > 0 ? `file-${index - 1}` : undefined;
    const bytes =
      copied === undefined
        ? maker.make(smallKind(lot), maker.lengthAround(meanBytes))
        : readFileSync(join(dirname(path), copied));
    put(path, bytes, index);
  }
}

function smallKind(lot: number): 'text' | 'records' | 'random' {
  if (lot < 0.75) return 'text';
  return lot < 0.9 ? 'records' : 'random';
}

function makeMixedTree(folder: string, scale: number): void {
  const maker = new ContentMaker(5);
  let index = 0;
  for (const part of MIXED)
    for (let file = 0; file < Math.max(1, Math.round(part.files * scale)); file++) {
      const group = Math.floor(file / FILES_A_FOLDER);
      const kind = 'kind' in part ? part.kind : smallKind(maker.chance());
      const length = Math.min(maker.lengthAround(part.meanBytes), part.meanBytes * LONGEST);
      put(join(folder, part.folder, `${group}`, `file-${file}`), maker.make(kind, length), index++);
    }
}

/** Half of the files cannot be compressed. */
function makeLargeFiles(folder: string, scale: number): void {
  const maker = new ContentMaker(2);
  const length = Math.max(1, Math.round((LARGE_BYTES * scale) / LARGE_FILES));
  for (let index = 0; index < LARGE_FILES; index++) {
    const path = join(folder, `large-${index}`);
    put(path, maker.make(index % 2 === 0 ? 'text' : 'random', length), index);
  }
}

/** As a disk image or a database is: half text, half random bytes. */
function makeHugeFile(folder: string, scale: number): void {
  const maker = new ContentMaker(4);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'huge');
  const file = openSync(path, 'w');
  try {
    for (let left = Math.round(HUGE_BYTES * scale), piece = 0; left > 0; piece++) {
      const bytes = maker.make(piece % 2 === 0 ? 'text' : 'random', Math.min(PIECE_BYTES, left));
      writeSync(file, bytes);
      left -= bytes.length;
    }
  } finally {
    closeSync(file);
  }
  utimesSync(path, FIRST_TIME, FIRST_TIME);
}

function put(path: string, bytes: Uint8Array, index: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  utimesSync(path, FIRST_TIME + index, FIRST_TIME + index);
}
