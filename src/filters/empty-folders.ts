interface Placed {
  /** Folders, and links to folders, end in a separator. */
  readonly path: string;
  readonly isRoot: boolean;
}

/**
 * Leaves out folders below which nothing but folders is stored. Entries are pushed in the order of the walk,
 * a folder before what it holds; each push answers the entries that are now known to stay, in the same order.
 * Sources stay even when empty. A link to a folder counts as an empty folder, as in Duplicati.
 */
export function createEmptyFolderFilter<E extends Placed>(): { push(entry: E): readonly E[] } {
  let waiting: E[] = [];
  return {
    push: (entry) => {
      waiting = waiting.filter((folder) => entry.path.startsWith(folder.path));
      if (!entry.isRoot && /[/\\]$/.test(entry.path)) {
        waiting.push(entry);
        return [];
      }
      const staying = [...waiting, entry];
      waiting = [];
      return staying;
    },
  };
}
