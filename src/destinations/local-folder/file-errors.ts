import { stat } from 'node:fs/promises';
import { errorCode, errorMessage, toSystemPath } from '../../base/index.ts';
import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';

/** What was being done, for the message of an error. */
export interface Attempt {
  readonly folder: string;
  /** A verb and its object that complete "Cannot ...": `read 'x.zip'`. */
  readonly action: string;
  /** True when the attempt needs a stored file, so that its absence is an answer and not a disturbance. */
  readonly seeksFile?: boolean;
}

interface Meaning {
  readonly code: DestinationErrorCode;
  readonly because: string;
  readonly hint?: string;
}

const NO_PERMISSION: Meaning = {
  code: 'destination-refused',
  because: 'the system does not permit it',
  hint: 'Check the owner and the permissions of the folder for the user that runs the backup.',
};
const FULL: Meaning = { code: 'destination-full', because: 'no space is left there' };

/**
 * System error codes with a meaning of their own. Every other one is a storage that does not work now:
 * `destination-unreachable`.
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: {
    code: 'destination-refused',
    because: 'it is mounted read-only',
    hint: 'Mount it for writing. A file system that turned read-only by itself may be damaged.',
  },
  ENOSPC: FULL,
  EDQUOT: { ...FULL, because: 'the quota is used up' },
  EFBIG: {
    code: 'destination-refused',
    because: 'the file is too large for the file system',
    hint: 'Choose a smaller dblock-size.',
  },
  ENAMETOOLONG: { code: 'destination-refused', because: 'the name is too long for the file system' },
  EILSEQ: { code: 'destination-refused', because: 'the file system cannot hold such a name' },
  EISDIR: { code: 'destination-refused', because: 'a folder has that name' },
  ENOTEMPTY: { code: 'destination-refused', because: 'a folder has that name' },
  ELOOP: { code: 'destination-refused', because: 'its links lead in a circle' },
  EEXIST: { code: 'destination-file-exists', because: 'a file of that name is there already' },
};

/**
 * Runs file calls and turns their system errors into `DestinationError`s. Everything else that is thrown
 * inside, such as an abort or an error that is already translated, comes through untouched.
 */
export async function attempting<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSystemError(error) ? await translate(error, attempt) : error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && errorCode(error) !== undefined;
}

async function translate(error: unknown, attempt: Attempt): Promise<DestinationError> {
  const meaning = await meaningOf(errorCode(error) ?? '', error, attempt);
  return new DestinationError(
    meaning.code,
    `Cannot ${attempt.action} in the folder '${attempt.folder}': ${meaning.because}.`,
    {
      details: { folder: attempt.folder },
      cause: error,
      ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
    },
  );
}

async function meaningOf(code: string, error: unknown, attempt: Attempt): Promise<Meaning> {
  if (code === 'ENOENT' || code === 'ENOTDIR') return meaningOfAbsence(attempt);
  return MEANINGS[code] ?? { code: 'destination-unreachable', because: errorMessage(error) };
}

/**
 * The system says the same for a missing file and for a missing folder, which must never be taken for one
 * another: an unplugged disk has lost no file.
 */
async function meaningOfAbsence({ folder, seeksFile }: Attempt): Promise<Meaning> {
  try {
    const stats = await stat(toSystemPath(folder));
    if (stats.isDirectory()) {
      return seeksFile === true
        ? { code: 'destination-file-missing', because: 'there is no such file' }
        : { code: 'destination-unreachable', because: 'a file disappeared meanwhile' };
    }
    return {
      code: 'destination-refused',
      because: 'this is a file, not a folder',
      hint: 'Choose another folder.',
    };
  } catch (error) {
    return meaningOfFolderFailure(errorCode(error), error);
  }
}

function meaningOfFolderFailure(code: string | undefined, error: unknown): Meaning {
  if (code === 'ENOENT') {
    return {
      code: 'destination-folder-missing',
      because: 'the folder does not exist',
      hint: 'Check that the disk is connected and mounted, and the path spelled right.',
    };
  }
  if (code === 'ENOTDIR') {
    return {
      code: 'destination-refused',
      because: 'a part of the path is a file, not a folder',
      hint: 'Choose another folder.',
    };
  }
  return MEANINGS[code ?? ''] ?? { code: 'destination-unreachable', because: errorMessage(error) };
}
