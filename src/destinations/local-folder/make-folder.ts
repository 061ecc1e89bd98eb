import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toSystemPath } from '../../base/index.ts';
import { type Attempt, attempting } from './file-errors.ts';
import { flushFolder } from './flush.ts';

/** Creates a folder with its parents and makes the topmost new name safe against power loss. */
export async function makeFolder(attempt: Attempt, folder: string): Promise<void> {
  const topmost = await attempting(attempt, () => mkdir(toSystemPath(folder), { recursive: true }));
  if (topmost !== undefined) await attempting(attempt, () => flushFolder(dirname(topmost)));
}
