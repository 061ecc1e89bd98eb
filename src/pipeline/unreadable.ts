import { BackupError, errorCode, errorMessage } from '../base/index.ts';

/**
 * Runs `read`, which reads a volume in a local file. Where the system cannot read it, the error names the
 * volume (`volume-unreadable`).
 */
export function readingVolume<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BackupError || !isReadFailure(error)) throw error;
    throw new BackupError(
      'volume-unreadable',
      `The volume '${name}' cannot be read: ${errorMessage(error)}.`,
      {
        details: { volume: name },
        hint: 'Check the disk. If it stays so with a dblock, test books it as damaged, and repair --rebuild-missing-dblock-files stores again what the files still have that its data came from.',
        cause: error,
      },
    );
  }
}

/** True where a volume is there and its bytes cannot be had. Whether they are what was stored is not known. */
export function isUnreadable(error: unknown): error is BackupError {
  return error instanceof BackupError && error.code === 'volume-unreadable';
}

function isReadFailure(error: unknown): boolean {
  return (
    error instanceof Error && 'syscall' in error && error.syscall === 'read' && errorCode(error) !== undefined
  );
}
