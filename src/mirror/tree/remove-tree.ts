import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../base/index.ts';
import { walkTree } from './walk-tree.ts';

const OWNER_MAY_ALL = 0o700;
const runFile = promisify(execFile);

/**
 * Removes a folder with everything in it, also where folders came from the server without the right to be
 * written. Nothing there is no failure.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await remove(path);
  } catch (error) {
    if (errorCode(error) !== 'EACCES' && errorCode(error) !== 'EPERM') throw error;
    await walkTree(path, ({ path: folder, stat }) => {
      if (stat.isDirectory()) chmodSync(folder, OWNER_MAY_ALL);
      return undefined;
    });
    await remove(path);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    // rsync goes from folder to folder and so makes longer paths than a program can name; `rm` goes the same
    // way. Where Node speaks of what is no folder, it means something that may not be removed, and `rm` says
    // so.
    if (errorCode(error) !== 'ENAMETOOLONG' && errorCode(error) !== 'ENOTDIR') throw error;
    await runFile('rm', ['-r', '-f', '--', path]);
  }
}
