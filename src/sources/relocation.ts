/**
 * A part of the source that lies elsewhere on this machine than its entries say, such as a copy of a server's
 * files.
 */
export interface Relocation {
  /** Where its entries are said to be: absolute, with a slash at the end. */
  readonly path: string;
  /** Where they lie: the same. */
  readonly folder: string;
}

/**
 * Where an entry of a path (carried form, without a slash at the end) lies. What belongs to no relocation
 * lies where it says.
 */
export function relocate(path: string, relocations: readonly Relocation[] | undefined): string {
  if (relocations === undefined) return path;
  for (const { path: from, folder } of relocations) {
    if (path.startsWith(from)) return folder + path.slice(from.length);
    if (path.length === from.length - 1 && from.startsWith(path)) return folder.slice(0, -1);
  }
  return path;
}
