import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { comparePaths, errorCode } from '../base/index.ts';
import { withoutEndSeparator } from './entry-kind.ts';
import { type SourceError, sourceError } from './source-error.ts';
import { systemPathOf } from './system-path.ts';

/** What a path is, links followed. */
export type SourceProbe = 'file' | 'folder' | 'empty-folder' | SourceError;

export interface PreparedSources {
  /** What to walk: absolute, folders with `/` at the end, sorted, none twice, none inside another. */
  readonly roots: readonly string[];
  /**
   * Sources that lie inside another one. Where a filter excludes anything, these come before it as includes
   * (operations 3.1).
   */
  readonly contained: readonly string[];
  /** Roots that hold nothing at all. Something may have failed to be mounted there. */
  readonly empty: readonly string[];
  /**
   * Sources that cannot be used: `source-missing` or `source-unreadable`. Whether that ends the run is the
   * caller's decision.
   */
  readonly problems: readonly SourceError[];
}

/** Makes what the user named into roots for `walk`. Relative paths count from the current folder. */
export function prepareSources(
  paths: readonly string[],
  probe: (path: string) => SourceProbe = probeSource,
): PreparedSources {
  const problems: SourceError[] = [];
  const empty = new Set<string>();
  const usable: string[] = [];
  for (const path of new Set(paths.map((named) => resolve(named)))) {
    const found = probe(path);
    if (typeof found !== 'string') problems.push(found);
    else {
      const root = found === 'file' || path === '/' ? path : `${path}/`;
      usable.push(root);
      if (found === 'empty-folder') empty.add(root);
    }
  }
  const roots: string[] = [];
  const contained: string[] = [];
  for (const path of usable.sort(comparePaths)) {
    const outer = roots.at(-1);
    const isInside = outer?.endsWith('/') === true && path.startsWith(outer);
    (isInside ? contained : roots).push(path);
  }
  return { roots, contained, empty: roots.filter((root) => empty.has(root)), problems };
}

/** Looks at a source on disk. A folder counts as usable when it can be listed. */
export function probeSource(path: string): SourceProbe {
  const systemPath = systemPathOf(withoutEndSeparator(path));
  try {
    if (!statSync(systemPath).isDirectory()) return 'file';
    return readdirSync(systemPath).length === 0 ? 'empty-folder' : 'folder';
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') {
      return sourceError('source-unreadable', 'read the source', path, error);
    }
    const hint =
      'Check the spelling, and whether the disk that holds it is mounted. Its stored versions are not affected.';
    return sourceError('source-missing', 'find the source', path, error, hint);
  }
}
