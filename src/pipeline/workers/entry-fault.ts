import { BackupError, errorCode, errorMessage } from '../../base/index.ts';

/** Why one entry cannot be restored, while all others go on. The message completes "'x' was not restored: …". */
export class EntryFault extends Error {}

/** Failures of the target as a whole, after which no other entry could be restored either. */
const TARGET_FAULTS: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
]);

/** Throws errors that are no fault of one entry; returns the reason for the others. */
export function reasonOf(error: unknown, root: string): string {
  if (error instanceof EntryFault || error instanceof BackupError) return error.message;
  const code = errorCode(error);
  if (code === undefined) throw error;
  if (TARGET_FAULTS.has(code)) {
    throw new BackupError(
      'restore-target-failed',
      `Cannot go on restoring to '${root}': ${errorMessage(error)}.`,
      {
        details: { path: root, cause: code },
        hint: 'Files restored completely are kept. Make room, or restore to another folder; files that are there already are not fetched again.',
        cause: error,
      },
    );
  }
  return errorMessage(error);
}
