import { BackupError } from '../../base/index.ts';
import { separatorOf } from '../../format/index.ts';

export interface TargetRequest {
  /** The first and the last of the selected paths in their order, by which the common folder of all is known. */
  readonly first: string;
  readonly last: string;
  /** The only folder that was asked for by name, ending in a separator, and whether the version holds more than it. */
  readonly onlyFolder: { readonly path: string; readonly hasMoreOutside: boolean } | undefined;
  readonly restorePath: string | undefined;
  readonly paths: 'shortened' | 'whole';
}

export interface TargetPlan {
  /** Absolute folder that nothing may leave. */
  readonly root: string;
  /** What every path loses at its start. */
  readonly prefix: string;
}

/**
 * Where entries go (operations 4.2): what remains of their path after the largest folder common to all, below
 * the target. A folder that was asked for alone keeps its own name. Throws `restore-path-missing` for paths
 * of another system without a target.
 */
export function planTarget(request: TargetRequest): TargetPlan {
  const { first, restorePath, onlyFolder } = request;
  const separator = separatorOf(first);
  const common = commonFolder(first, request.last, separator);
  if (restorePath === undefined) {
    if (separator === '\\') throw missingTarget(first);
    return { root: withoutEnd(common), prefix: common };
  }
  if (request.paths === 'whole')
    return { root: withoutEnd(restorePath), prefix: separator === '/' ? '/' : '' };
  const keepsName = onlyFolder?.path === common && onlyFolder.hasMoreOutside;
  return { root: withoutEnd(restorePath), prefix: keepsName ? parentOf(common, separator) : common };
}

/**
 * The folder, ending in a separator, that all paths between two sorted ones lie in; a folder lies in itself.
 * Empty: none.
 */
export function commonFolder(first: string, last: string, separator: string): string {
  const most = Math.min(first.length, last.length);
  let length = 0;
  while (length < most && first[length] === last[length]) length++;
  return length === 0 ? '' : first.slice(0, first.lastIndexOf(separator, length - 1) + 1);
}

/** A path of Windows, after its prefix, as one below a folder of Unix: `C:\x` becomes `C/x`. */
export function fromWindowsPath(path: string): string {
  const parts = path.replace(/^([A-Za-z]):/, '$1').replaceAll('\\', '/');
  return parts.replace(/^\/+/, '');
}

/** The folder that a folder lies in; itself where there is none. */
function parentOf(folder: string, separator: string): string {
  const parent = folder.slice(0, folder.lastIndexOf(separator, folder.length - 2) + 1);
  return parent === '' && separator === '/' ? folder : parent;
}

function withoutEnd(folder: string): string {
  return folder.length > 1 ? folder.replace(/(?<=.)\/+$/, '') : folder;
}

function missingTarget(path: string): BackupError {
  return new BackupError(
    'restore-path-missing',
    `'${path}' cannot be restored to its own place: it is a path of Windows.`,
    {
      details: { path },
      hint: 'Name a target folder with --restore-path.',
    },
  );
}
