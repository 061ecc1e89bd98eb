import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type DatabaseErrorCode =
  | 'database-unreadable'
  | 'database-too-new'
  | 'database-in-use'
  | 'database-ambiguous'
  | 'database-full'
  | 'settings-conflict';

/** Something about the local database that a user can meet. */
export class DatabaseError extends BackupError {
  constructor(code: DatabaseErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}
