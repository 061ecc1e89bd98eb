import type { MirrorRun } from '../database/index.ts';

/** The space that versions use together: what each added, kept right when versions between them are deleted. */
export function usedBytes(versions: readonly MirrorRun[]): number {
  return versions.reduce((sum, { addedBytes }) => sum + (addedBytes ?? 0), 0);
}
