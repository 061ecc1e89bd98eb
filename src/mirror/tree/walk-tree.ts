import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { errorCode } from '../../base/index.ts';

/** An entry of a tree. Names are bytes, as the file system has them. */
export interface TreeEntry {
  readonly path: Buffer;
  /** Below the root, without a slash at the beginning; empty for the root. */
  readonly relative: Buffer;
  readonly stat: Stats;
}

/** Entries between which other work of the process gets its turn. */
const BATCH_ENTRIES = 2000;
const SLASH = Buffer.from('/');

/**
 * Visits a folder and everything below it, each folder before its contents, without following links. `visit`
 * may answer `skip` to leave a folder's contents out. Entries that vanish are left out; what cannot be read
 * goes to `onProblem`, or is thrown without one.
 */
export async function walkTree(
  root: string,
  visit: (entry: TreeEntry) => 'skip' | undefined,
  options: { readonly signal?: AbortSignal; readonly onProblem?: (error: unknown) => void } = {},
): Promise<void> {
  const { signal, onProblem = fail } = options;
  const open: { readonly path: Buffer; readonly relative: Buffer }[] = [
    { path: Buffer.from(root), relative: Buffer.alloc(0) },
  ];
  let visited = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (++visited % BATCH_ENTRIES === 0) await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    try {
      const stat = lstatSync(at.path);
      const isEntered = visit({ ...at, stat }) !== 'skip' && stat.isDirectory();
      if (isEntered) open.push(...listChildren(at).reverse());
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') onProblem(error);
    }
  }
}

function listChildren({ path, relative }: { readonly path: Buffer; readonly relative: Buffer }) {
  const names = readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare);
  return names.map((name) => ({
    path: Buffer.concat([path, SLASH, name]),
    relative: relative.length === 0 ? name : Buffer.concat([relative, SLASH, name]),
  }));
}

function fail(error: unknown): never {
  throw error;
}
