import { decodePath } from '../../base/index.ts';

/** One line of the kernel's table of mounts. */
export interface Mount {
  /** Where it is seen; ends in `/`. */
  readonly folder: string;
  readonly type: string;
  /** A device, or what the file system calls its source. */
  readonly source: string;
  /**
   * Which folder of the file system is seen there, ending in `/`; not the topmost one where a part of it is
   * mounted.
   */
  readonly root: string;
}

/**
 * Parses `/proc/self/mountinfo` (format: proc_pid_mountinfo(5)). Of several mounts in one place the last is
 * the one that is seen.
 */
export function parseMounts(table: Buffer): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of table.toString('latin1').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, target] = before.split(' ');
    const [type, source] = after.split(' ');
    if (root === undefined || target === undefined || type === undefined || source === undefined) continue;
    const folder = asFolder(unescapeOctal(target));
    mounts.set(folder, { folder, type, source: unescapeOctal(source), root: asFolder(unescapeOctal(root)) });
  }
  return [...mounts.values()];
}

/** The mount that a path lies on. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const holding = mounts.filter(({ folder }) => `${path}/`.startsWith(folder));
  return holding.reduce<Mount | undefined>(
    (nearest, mount) => (mount.folder.length > (nearest?.folder.length ?? 0) ? mount : nearest),
    undefined,
  );
}

/** The mounts that are seen below a folder. */
export function mountsBelow(folder: string, mounts: readonly Mount[]): readonly Mount[] {
  return mounts.filter((mount) => mount.folder !== folder && mount.folder.startsWith(folder));
}

function asFolder(path: string): string {
  return path === '/' ? path : `${path}/`;
}

/** Blanks and the like stand as `\040`. */
function unescapeOctal(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return decodePath(Buffer.from(bytes, 'latin1'));
}
