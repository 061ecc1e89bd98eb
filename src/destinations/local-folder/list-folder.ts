import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePath, errorCode, toSystemPath } from '../../base/index.ts';
import type { RemoteFile, SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import type { PendingWork } from '../support/pending-work.ts';
import { isTemporaryName } from '../support/temporary-name.ts';
import { attempting } from './file-errors.ts';

/** Asking for many files at a time keeps the system's threads busy without a promise for each of a million files. */
const BATCH = 512;

/** Every plain file in the folder, links to files too. */
export async function* listFolder(
  folder: string,
  work: PendingWork,
  options: SignalOptions,
): AsyncGenerator<RemoteFile> {
  const attempt = { folder, action: 'list the files' };
  const run = <T>(call: () => Promise<T>): Promise<T> => work.run(attempting(attempt, call), options);
  const before = await run(() => stat(toSystemPath(folder)));
  const entries = await run(() => readdir(toSystemPath(folder), { withFileTypes: true, encoding: 'buffer' }));
  const names = entries.filter((entry) => !entry.isDirectory()).map(nameOf);
  let vanished = false;
  for (let at = 0; at < names.length; at += BATCH) {
    const batch = names.slice(at, at + BATCH).filter((name) => !isTemporaryName(name));
    const files = await run(() => Promise.all(batch.map((name) => describeFile(folder, name))));
    for (const file of files) {
      if (file === 'vanished') vanished = true;
      else if (file !== 'no file') yield file;
    }
  }
  if (!vanished) return;
  // Single files may be deleted while the listing runs. But when the drive went away, so did all its files,
  // and the listing is worth nothing.
  const after = await run(() => stat(toSystemPath(folder)));
  if (after.dev === before.dev && after.ino === before.ino) return;
  throw new DestinationError(
    'destination-unreachable',
    `Cannot list the files in the folder '${folder}': its drive went away.`,
  );
}

function nameOf(entry: Dirent<Buffer>): string {
  return decodePath(entry.name);
}

async function describeFile(folder: string, name: string): Promise<RemoteFile | 'vanished' | 'no file'> {
  try {
    const stats = await stat(toSystemPath(join(folder, name)));
    if (!stats.isFile()) return 'no file';
    return { name, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs };
  } catch (error) {
    // A link that leads nowhere looks like a file that was deleted meanwhile, and is no more to us.
    if (errorCode(error) === 'ENOENT') return 'vanished';
    throw error;
  }
}
