import { renameSync, rmSync, statSync } from 'node:fs';
import { BackupError, errorCode } from '../../base/index.ts';
import type { Destination } from '../../destinations/index.ts';
import { readLocalFile, writeLocalFile } from '../../transfer/index.ts';

type LocalFileErrorCode = 'local-file-missing' | 'local-file-exists' | 'local-file-unusable';

/** What the system's refusals mean for one file. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'its name is too long',
};

function localFileError(code: LocalFileErrorCode, message: string, path: string, hint: string): BackupError {
  return new BackupError(code, message, { details: { path }, hint });
}

/** What failed beside a destination, whose own errors are told apart already, failed at the local file. */
function asLocalFault(error: unknown, path: string, use: 'read' | 'written'): unknown {
  const reason = error instanceof BackupError ? undefined : REASONS[errorCode(error) ?? ''];
  if (reason === undefined) return error;
  return new BackupError('local-file-unusable', `The file '${path}' cannot be ${use}: ${reason}.`, {
    details: { path },
    cause: error,
  });
}

/**
 * Fetches one file of a destination into a local file, which appears when all of it is there. Throws
 * `local-file-exists` unless it may be replaced, and `local-file-unusable`.
 */
export async function fetchFile(
  destination: Destination,
  file: { readonly name: string; readonly path: string; readonly replaces: boolean },
  signal: AbortSignal,
): Promise<number> {
  const { name, path, replaces } = file;
  try {
    checkRoom(path, replaces);
    await writeWhole(path, destination.get(name, { signal }), signal);
    return statSync(path).size;
  } catch (error) {
    throw asLocalFault(error, path, 'written');
  }
}

async function writeWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = `${path}.ashlar-part`;
  try {
    await writeLocalFile(unfinished, pieces, { signal });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function checkRoom(path: string, replaces: boolean): void {
  const code = 'local-file-exists';
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true)
    throw localFileError(code, `'${path}' is a folder.`, path, 'Name the file in it.');
  if (found !== undefined && !replaces)
    throw localFileError(code, `The file '${path}' is there already.`, path, 'Give --overwrite.');
}

/**
 * Stores one local file at a destination, replacing a file of that name. Throws `local-file-missing` and
 * `local-file-unusable`.
 */
export async function storeFile(
  destination: Destination,
  file: { readonly name: string; readonly path: string },
  signal: AbortSignal,
): Promise<number> {
  const { name, path } = file;
  try {
    const sizeBytes = sizeOf(path);
    await destination.put(name, { sizeBytes, open: () => readLocalFile(path) }, { signal });
    return sizeBytes;
  } catch (error) {
    throw asLocalFault(error, path, 'read');
  }
}

function sizeOf(path: string): number {
  try {
    const status = statSync(path);
    if (status.isFile()) return status.size;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  throw localFileError(
    'local-file-missing',
    `There is no file '${path}'.`,
    path,
    'Name a file, not a folder.',
  );
}
