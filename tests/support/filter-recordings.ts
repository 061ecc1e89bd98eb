import { readFileSync } from 'node:fs';
import { findFixture } from './fixtures.ts';

/** The tree that Duplicati was run over, and the variables that were set. */
export interface RecordedTree {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Sizes in bytes, by path below the root. */
  readonly files: Readonly<Record<string, number>>;
  readonly folders: readonly string[];
  readonly links: Readonly<Record<string, string>>;
}

/** One run of Duplicati. */
export interface FilterRecording {
  readonly args: readonly string[];
  /** Paths below the root; `null` where the run was refused. */
  readonly stored: readonly string[] | null;
}

/** What Duplicati stored under each of many lists of filters; `undefined` where the recordings are not there. */
export function readFilterRecordings():
  | { readonly tree: RecordedTree; readonly recordings: readonly FilterRecording[] }
  | undefined {
  const path = findFixture('filters.jsonl');
  if (path === undefined) return undefined;
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  return { tree: JSON.parse(header), recordings: lines.map((line) => JSON.parse(line)) };
}

/**
 * The paths that are to be compared. With `exclude-empty-folders`, Duplicati keeps an empty folder when its
 * disk happens to list it right before a file of the parent. That order is not in the recording, so the one
 * folder it happened to is left out of the comparison.
 */
export function comparablePaths(args: readonly string[], stored: readonly string[]): readonly string[] {
  const isByChance = args.includes('--exclude-empty-folders=true');
  return stored.filter((path) => !(isByChance && path === 'docs/empty2/')).toSorted();
}
