/**
 * The absolute path, in carried form, of an entry whose path in the table is relative to the target folder.
 * The folder itself is the empty path.
 */
export function targetPath(root: string, relative: string): string {
  if (relative === '') return root;
  return root === '/' ? `/${relative}` : `${root}/${relative}`;
}
