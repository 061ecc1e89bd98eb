import { separatorOf } from '../../format/index.ts';

/** Accepts what lies directly in one of the folders; they may be written with or without a separator at the end. */
export function directlyIn(folders: readonly string[]): (path: string) => boolean {
  const wanted = new Set(folders.map(asFolder));
  return (path) => wanted.has(parentOf(path));
}

/** Accepts what lies anywhere in one of the folders, and the folders themselves. */
export function anywhereIn(folders: readonly string[]): (path: string) => boolean {
  const wanted = folders.map(asFolder);
  return (path) => wanted.some((folder) => path.startsWith(folder));
}

/** Keeps those of a sorted list of paths that lie in no folder of the list: what the sources were. */
export function* topmost<T extends { readonly path: string }>(entries: Iterable<T>): Generator<T> {
  let folder: string | undefined;
  for (const entry of entries) {
    const { path } = entry;
    if (folder !== undefined && path.startsWith(folder)) continue;
    if (path.endsWith(separatorOf(path))) folder = path;
    yield entry;
  }
}

/** The deepest folder that all paths have in common, with a separator at its end; empty where there is none. */
export function commonFolder(paths: Iterable<string>): string {
  let common: string | undefined;
  for (const path of paths) {
    if (common === undefined) common = path.endsWith(separatorOf(path)) ? path : parentOf(path);
    while (common !== '' && !path.startsWith(common)) common = parentOf(common);
    if (common === '') return '';
  }
  return common ?? '';
}

function asFolder(path: string): string {
  const separator = separatorOf(path);
  return path.endsWith(separator) ? path : path + separator;
}

/** The folder that holds a path, with a separator at its end; empty for a root. */
function parentOf(path: string): string {
  const separator = separatorOf(path);
  return path.slice(0, path.lastIndexOf(separator, path.length - 2) + 1);
}
