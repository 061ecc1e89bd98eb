import { type Dirent, readdirSync, statSync } from 'node:fs';
import { comparePaths, decodePath, mayHoldInvalidBytes, toSystemPath } from '../base/index.ts';
import type { SystemPath } from '../base/native/index.ts';

export interface FolderContents {
  /** Names, those of folders and of links to folders with a `/` behind, in the order of `comparePaths`. */
  readonly keys: readonly string[];
  /** True where file calls need bytes for some of the names. */
  readonly needsBytes: boolean;
}

const SURROGATE = /[\ud800-\udfff]/;

/**
 * What a folder holds. Only names are kept, so that a folder of a million entries stays small. Throws Node's
 * errors.
 */
export function readFolder(systemPath: SystemPath): FolderContents {
  const entries = readdirSync(systemPath, { withFileTypes: true });
  const text = entries.map((entry) => entry.name).join('\0');
  if (mayHoldInvalidBytes(text)) return { keys: readAsBytes(systemPath), needsBytes: true };
  const keys = entries.map((entry) => sortKey(systemPath, entry, entry.name));
  // Units of UTF-16 sort as bytes of UTF-8 do unless there are surrogates, and a sort without a function is
  // the fast one.
  return { keys: SURROGATE.test(text) ? keys.sort(comparePaths) : keys.sort(), needsBytes: false };
}

function readAsBytes(systemPath: SystemPath): string[] {
  const entries = readdirSync(systemPath, { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => sortKey(systemPath, entry, decodePath(entry.name))).sort(comparePaths);
}

function sortKey(folder: SystemPath, entry: Dirent | Dirent<NonSharedBuffer>, name: string): string {
  if (entry.isDirectory()) return `${name}/`;
  return entry.isSymbolicLink() && isLinkToFolder(folder, name) ? `${name}/` : name;
}

function isLinkToFolder(folder: SystemPath, name: string): boolean {
  try {
    return statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // A link into a place that may not be read, or one that leads to itself: a link like a dangling one.
    return false;
  }
}

function join(folder: SystemPath, name: string): SystemPath {
  if (typeof folder === 'string') return toSystemPath(`${folder}/${name}`);
  return Buffer.concat([folder, Buffer.from('/'), Buffer.from(toSystemPath(name))]);
}
