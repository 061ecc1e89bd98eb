import { link, lstat, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, toSystemPath } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { attempting } from './file-errors.ts';
import { flushFolder } from './flush.ts';
import { makeFolder } from './make-folder.ts';

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** By way of a second link, because a plain rename replaces what is there. */
export async function renameFile(folder: string, name: string, newName: string): Promise<void> {
  const attempt = { folder, action: `rename '${name}' to '${newName}'`, seeksFile: true };
  const from = toSystemPath(join(folder, name));
  const target = join(folder, newName);
  await attempting(attempt, () => stat(from));
  if (newName.includes('/')) await makeFolder(attempt, dirname(target));
  await attempting(attempt, () => moveWithoutReplacing(from, toSystemPath(target)));
  await attempting(attempt, () => flushFolder(dirname(target)));
}

async function moveWithoutReplacing(from: string | Buffer, to: string | Buffer): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINKS.has(errorCode(error) ?? '')) throw error;
    await renameUnlessTaken(from, to);
    return;
  }
  await unlink(from);
}

/** Not atomic, but the best where there are no links; the names that are asked for here are new or random. */
async function renameUnlessTaken(from: string | Buffer, to: string | Buffer): Promise<void> {
  const isTaken = await lstat(to).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  if (isTaken)
    throw new DestinationError('destination-file-exists', `A file called '${to}' is there already.`);
  await rename(from, to);
}
