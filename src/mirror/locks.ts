import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { errorCode } from '../base/index.ts';
import { acquireLock } from '../database/index.ts';

const FOLDER = 'locks';

/** Takes a lock that the kernel releases when the process ends, however it ends; `undefined` when somebody has it. */
export function tryLock(
  stateFolder: string,
  name: string,
  operation: string,
  kind: 'exclusive' | 'shared' = 'exclusive',
): Disposable | undefined {
  mkdirSync(join(stateFolder, FOLDER), { recursive: true, mode: 0o700 });
  try {
    return acquireLock(join(stateFolder, FOLDER, name), { processId: process.pid, operation }, kind);
  } catch (error) {
    if (errorCode(error) === 'database-in-use') return undefined;
    throw error;
  }
}

/** The files of a lock, for locks on things that come and go. */
export function lockPaths(stateFolder: string, name: string): readonly string[] {
  return ['.lock', '.lock.holder'].map((ending) => join(stateFolder, FOLDER, `${name}${ending}`));
}

/** Takes one of several equal places, so that no more than `count` processes and runs are in them at once. */
export function trySlot(stateFolder: string, name: string, count: number): Disposable | undefined {
  for (let index = 0; index < count; index++) {
    const slot = tryLock(stateFolder, `${name}-${index}`, 'pull');
    if (slot !== undefined) return slot;
  }
  return undefined;
}

/** Whether somebody works on a source just now. */
export function isSourceHeld(stateFolder: string, sourceId: number): boolean {
  const lock = trySourceLock(stateFolder, sourceId, 'look');
  lock?.[Symbol.dispose]();
  return lock === undefined;
}

/** Only one run, cleanup or restore of a source at a time. */
export function trySourceLock(
  stateFolder: string,
  sourceId: number,
  operation: string,
): Disposable | undefined {
  return tryLock(stateFolder, `source-${sourceId}`, operation);
}
