import { BackupError } from '../../base/index.ts';
import type { SystemPath } from '../../base/native/index.ts';
import { walk } from '../../sources/index.ts';
import type { OperationContext } from '../context.ts';
import type { SourceSelection } from '../select-source/selection.ts';

/** A file of the source. */
export interface MirroredFile {
  /** Its name in its folder of the mirror. */
  readonly name: string;
  readonly systemPath: SystemPath;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export interface CollectedFiles {
  /** By folder, relative to the mirror; the empty text is the mirror itself. Outer folders come first. */
  readonly folders: ReadonlyMap<string, readonly MirroredFile[]>;
  readonly skippedFiles: number;
  /** True when some part of the source could not be read: what is not here may be there. */
  readonly hasGaps: boolean;
}

/** Walks the sources as a backup does, and gathers the files that a plain mirror holds. Throws `sync-names-collide`. */
export function collectFiles(
  selection: SourceSelection,
  { log, control }: Pick<OperationContext, 'log' | 'control'>,
): CollectedFiles {
  const folders = new Map<string, MirroredFile[]>();
  const placeOf = placeBelowMirror(selection.roots);
  let skippedFiles = 0;
  let hasGaps = false;
  const walked = walk(selection.roots, {
    accept: (entry) => selection.decide(entry).action,
    ignoreFilenames: selection.ignoreFilenames,
    symlinks: selection.symlinks,
    isStopping: control.isStopping,
    onProblem: (problem) => {
      hasGaps = true;
      log.write('warning', problem.code, problem.message);
    },
  });
  for (const batch of walked) {
    for (const { path, systemPath, kind, stat } of batch) {
      if (kind === 'folder') continue;
      if (kind !== 'file') {
        skippedFiles++;
        continue;
      }
      const { folder, name } = splitPath(placeOf(path));
      const files = folders.get(folder) ?? [];
      files.push({ name, systemPath, sizeBytes: stat.size, modifiedAtMs: stat.mtimeMs });
      folders.set(folder, files);
    }
  }
  const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);
  return {
    folders: new Map([...folders].sort(([one], [other]) => depth(one) - depth(other))),
    skippedFiles,
    hasGaps: hasGaps || control.isStopping(),
  };
}

/** One folder as source is mirrored as it is; of several sources, each gets a place by its own name. */
function placeBelowMirror(roots: readonly string[]): (path: string) => string {
  const [only] = roots;
  if (roots.length === 1 && only?.endsWith('/') === true) return (path) => path.slice(only.length);
  const names = roots.map((root) => splitPath(root.replace(/\/$/, '')).name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new BackupError(
      'sync-names-collide',
      `Two sources are called '${twice}', and would share one place in the mirror.`,
      {
        details: { name: twice },
        hint: 'Mirror them to two destinations, or name the folder that holds both.',
      },
    );
  }
  return (path) => {
    const root = roots.find((one) => path === one || (one.endsWith('/') && path.startsWith(one))) ?? '';
    return path.slice(root.replace(/\/$/, '').lastIndexOf('/') + 1);
  };
}

function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
