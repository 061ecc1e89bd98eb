import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, toSystemPath } from '../../base/index.ts';
import { type Attempt, attempting } from './file-errors.ts';
import { flushFolder } from './flush.ts';

/**
 * Creates a folder with its parents and makes the topmost new name safe against power loss. One level at a
 * time: Node's own recursive form never ends where a folder that exists answers "no such file", as `/proc`
 * does.
 */
export async function makeFolder(attempt: Attempt, folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = folder; !(await attempting(attempt, () => exists(path))); path = dirname(path))
    missing.push(path);
  for (const path of missing.toReversed()) await attempting(attempt, () => makeOne(path));
  const topmost = missing.at(-1);
  if (topmost !== undefined) await attempting(attempt, () => flushFolder(dirname(topmost)));
}

/** True for a folder; a file in its place throws what the system says to making a folder there. */
async function exists(path: string): Promise<boolean> {
  try {
    const found = await stat(toSystemPath(path));
    if (!found.isDirectory()) await mkdir(toSystemPath(path));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Another run may have made it meanwhile. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(toSystemPath(path));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
