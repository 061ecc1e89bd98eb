/** Why an entry of a file list may not be restored. */
export type PathProblem = 'not-absolute' | 'parent-segment' | 'nul-character';

const WINDOWS_ABSOLUTE = /^(?:[A-Za-z]:[\\/]|\\\\[^\\/])/;

/** The separator of the machine that a path comes from: only its own form tells (storage format 2.8). */
export function separatorOf(path: string): '/' | '\\' {
  return path.startsWith('/') ? '/' : '\\';
}

/**
 * What makes a path unsafe, or `undefined`: it must be absolute in the manner of Unix or of Windows and have
 * no `..` segment. On Windows both separators cut segments; on Unix a backslash is part of a name.
 */
export function checkEntryPath(path: string): PathProblem | undefined {
  const isWindows = WINDOWS_ABSOLUTE.test(path);
  if (!isWindows && !path.startsWith('/')) return 'not-absolute';
  if (path.includes('\0')) return 'nul-character';
  if (!path.includes('..')) return undefined;
  return path.split(isWindows ? /[\\/]/ : '/').includes('..') ? 'parent-segment' : undefined;
}
