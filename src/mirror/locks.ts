import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { errorCode } from '../base/index.ts';
import { acquireLock } from '../database/index.ts';

/** Takes a lock that the kernel releases when the process ends, however it ends; `undefined` when somebody has it. */
export function tryLock(stateFolder: string, name: string, operation: string): Disposable | undefined {
  const folder = join(stateFolder, 'locks');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return acquireLock(join(folder, name), { processId: process.pid, operation });
  } catch (error) {
    if (errorCode(error) === 'database-in-use') return undefined;
    throw error;
  }
}

/** Takes one of several equal places, so that no more than `count` processes and runs are in them at once. */
export function trySlot(stateFolder: string, name: string, count: number): Disposable | undefined {
  for (let index = 0; index < count; index++) {
    const slot = tryLock(stateFolder, `${name}-${index}`, 'pull');
    if (slot !== undefined) return slot;
  }
  return undefined;
}

/** Only one run, cleanup or restore of a source at a time. */
export function trySourceLock(
  stateFolder: string,
  sourceId: number,
  operation: string,
): Disposable | undefined {
  return tryLock(stateFolder, `source-${sourceId}`, operation);
}
