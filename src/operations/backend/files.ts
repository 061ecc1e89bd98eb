import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { BackupError, errorCode } from '../../base/index.ts';
import type { Destination } from '../../destinations/index.ts';
import { readLocalFile, writeLocalFile } from '../../transfer/index.ts';

type BackendErrorCode = 'local-file-missing' | 'local-file-exists';

function localFileError(code: BackendErrorCode, message: string, path: string, hint: string): BackupError {
  return new BackupError(code, message, { details: { path }, hint });
}

/**
 * Fetches one file of a destination into a local file, which appears when all of it is there. Throws
 * `local-file-exists` unless it may be replaced.
 */
export async function fetchFile(
  destination: Destination,
  file: { readonly name: string; readonly path: string; readonly replaces: boolean },
  signal: AbortSignal,
): Promise<number> {
  const { name, path, replaces } = file;
  if (!replaces && existsSync(path))
    throw localFileError(
      'local-file-exists',
      `The file '${path}' is there already.`,
      path,
      'Give --overwrite.',
    );
  const unfinished = `${path}.ashlar-part`;
  try {
    await writeLocalFile(unfinished, destination.get(name, { signal }), { signal });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  return statSync(path).size;
}

/** Stores one local file at a destination, replacing a file of that name. Throws `local-file-missing`. */
export async function storeFile(
  destination: Destination,
  file: { readonly name: string; readonly path: string },
  signal: AbortSignal,
): Promise<number> {
  const { name, path } = file;
  const sizeBytes = sizeOf(path);
  await destination.put(name, { sizeBytes, open: () => readLocalFile(path) }, { signal });
  return sizeBytes;
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
