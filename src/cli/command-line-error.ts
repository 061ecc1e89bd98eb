import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type CommandLineErrorCode =
  | 'command-unknown'
  | 'command-unavailable'
  | 'arguments-missing'
  | 'arguments-extra'
  | 'arguments-invalid'
  | 'parameters-file-unreadable'
  | 'parameters-file-invalid'
  | 'filters-twice'
  | 'passphrase-missing'
  | 'passphrase-mismatch';

/** A command line that cannot be carried out. */
export class CommandLineError extends BackupError {
  constructor(code: CommandLineErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}
