import { rmSync } from 'node:fs';
import { lockPaths, tryLock } from './locks.ts';

/** Keeps a version from being deleted, beside others that do so; `undefined` while it is being deleted. */
export function tryReadVersion(
  stateFolder: string,
  runId: number,
  operation: string,
): Disposable | undefined {
  return tryLock(stateFolder, nameOf(runId), operation, 'shared');
}

/**
 * Takes the right to delete a version; `undefined` while somebody reads it. Disposing of it forgets the lock
 * altogether.
 */
export function tryDeleteVersion(stateFolder: string, runId: number): Disposable | undefined {
  const lock = tryLock(stateFolder, nameOf(runId), 'cleanup');
  if (lock === undefined) return undefined;
  return {
    [Symbol.dispose]: () => {
      lock[Symbol.dispose]();
      for (const path of lockPaths(stateFolder, nameOf(runId))) rmSync(path, { force: true });
    },
  };
}

function nameOf(runId: number): string {
  return `version-${runId}`;
}
