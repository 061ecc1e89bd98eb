import { BackupError, errorCode, errorMessage } from '../base/index.ts';

/** What the system says where a disk, or what a user may have of it, is full. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** What ended a run, as something that a user can act on where it is a full disk. */
export function explainFullDisk(error: unknown): unknown {
  if (!FULL.has(errorCode(error) ?? '')) return error;
  return new BackupError('disk-full', `A disk is full: ${errorMessage(error)}.`, {
    hint: 'Make room for temporary files, or choose another place for them with --tempdir; a restore also needs room at its target. What is stored already stays as it is. Then run the command again.',
    cause: error,
  });
}
