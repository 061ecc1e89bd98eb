import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContentMaker } from './content.ts';

export const CORPUS_NAMES = ['small', 'large'] as const;
export type CorpusName = (typeof CORPUS_NAMES)[number];

export interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly files: number;
  readonly sizeBytes: number;
}

const SMALL_FILES = 170_000;
const SMALL_BYTES = 3.3e9;
const LARGE_FILES = 8;
const LARGE_BYTES = 4e9;
const FILES_A_FOLDER = 40;
/** Times in the past and in order, so that no program has to doubt a file that was written in this very second. */
const FIRST_TIME = 1_600_000_000;

/** Makes the files of a corpus; the same scale gives the same bytes and times everywhere. */
export function makeCorpus(name: CorpusName, folder: string, scale: number): Corpus {
  if (name === 'small') makeSmallFiles(folder, scale);
  else makeLargeFiles(folder, scale);
  return describeCorpus(`${name} files`, folder);
}

/** Copies a folder of the user, which stays as it is. */
export function copyCorpus(source: string, folder: string): Corpus {
  cpSync(source, folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return describeCorpus('a given folder', folder);
}

/** Paths of all regular files, in one fixed order. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function describeCorpus(name: string, folder: string): Corpus {
  const files = listFiles(folder);
  return {
    name,
    folder,
    files: files.length,
    sizeBytes: files.reduce((sum, path) => sum + statSync(path).size, 0),
  };
}

function makeSmallFiles(folder: string, scale: number): void {
  const count = Math.max(1, Math.round(SMALL_FILES * scale));
  const maker = new ContentMaker(1);
  const meanBytes = SMALL_BYTES / SMALL_FILES;
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

/** Half of the files cannot be compressed. */
function makeLargeFiles(folder: string, scale: number): void {
  const maker = new ContentMaker(2);
  const length = Math.max(1, Math.round((LARGE_BYTES * scale) / LARGE_FILES));
  for (let index = 0; index < LARGE_FILES; index++) {
    const path = join(folder, `large-${index}`);
    put(path, maker.make(index % 2 === 0 ? 'text' : 'random', length), index);
  }
}

function put(path: string, bytes: Uint8Array, index: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  utimesSync(path, FIRST_TIME + index, FIRST_TIME + index);
}
