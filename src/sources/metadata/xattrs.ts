import { errorCode, errorMessage } from '../../base/index.ts';
import { nativeCalls, type SystemPath } from '../../base/native/index.ts';

export type Xattr = readonly [name: string, value: Uint8Array];

/** Any of these on an entry asks backup programs to leave it out (option `disable-backup-exclusion-xattr`). */
const EXCLUSION_MARKS: ReadonlySet<string> = new Set([
  'com.apple.metadata:com_apple_backup_excludeItem',
  'duplicati.exclude',
  'user.duplicati.exclude',
]);

/**
 * Extended attributes in the system's order, or `undefined` for none, which is the rule. What cannot be read
 * is told in `problems`; throws Node's error where the entry is gone.
 */
export function readXattrs(systemPath: SystemPath, path: string, problems: string[]): Xattr[] | undefined {
  const calls = nativeCalls();
  if (calls === undefined) return undefined;
  let names: readonly string[];
  try {
    names = calls.listXattrs(systemPath);
  } catch (error) {
    if (isGone(error)) throw error;
    problems.push(`Cannot read the extended attributes of '${path}': ${errorMessage(error)}.`);
    return undefined;
  }
  if (names.length === 0) return undefined;
  const xattrs: Xattr[] = [];
  for (const name of names) {
    try {
      const value = calls.getXattr(systemPath, name);
      if (value !== undefined) xattrs.push([name, value]);
    } catch (error) {
      if (isGone(error)) throw error;
      problems.push(`Cannot read the extended attribute '${name}' of '${path}': ${errorMessage(error)}.`);
    }
  }
  return xattrs;
}

/** True where one of these attributes asks to leave their bearer out of backups. */
export function asksForExclusion(xattrs: readonly Xattr[]): boolean {
  return xattrs.some(([name]) => EXCLUSION_MARKS.has(name));
}

function isGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** True where the entry carries a mark that asks to be left out of backups. One call of the system. */
export function isMarkedExcluded(systemPath: SystemPath): boolean {
  try {
    return (
      nativeCalls()
        ?.listXattrs(systemPath)
        .some((name) => EXCLUSION_MARKS.has(name)) ?? false
    );
  } catch {
    // An entry that cannot be looked at is not marked; reading it will say what is wrong with it.
    return false;
  }
}

/** Which attributes a restore may touch. */
export interface XattrRules {
  readonly mayApply: (name: string) => boolean;
  /** Asked for attributes of the target that the wanted ones do not name. */
  readonly mayRemove: (name: string) => boolean;
}

/** Gives an entry the attributes `wanted`, and removes others, as far as the rules allow. Returns what failed. */
export function applyXattrs(
  systemPath: SystemPath,
  wanted: readonly Xattr[],
  rules: XattrRules,
): readonly (readonly [name: string, error: unknown])[] {
  const calls = nativeCalls();
  if (calls === undefined) return [];
  const failures: [string, unknown][] = [];
  const attempt = (name: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (errorCode(error) !== 'ENODATA') failures.push([name, error]);
    }
  };
  const names = new Set(wanted.map(([name]) => name));
  for (const name of calls.listXattrs(systemPath)) {
    if (!names.has(name) && rules.mayRemove(name)) attempt(name, () => calls.removeXattr(systemPath, name));
  }
  for (const [name, value] of wanted) {
    if (!rules.mayApply(name)) continue;
    attempt(name, () => {
      try {
        calls.setXattr(systemPath, name, value);
      } catch (error) {
        // What may not be set may be there already, as on immutable files and with labels of the system.
        if (calls.getXattr(systemPath, name)?.equals(value) !== true) throw error;
      }
    });
  }
  return failures;
}
