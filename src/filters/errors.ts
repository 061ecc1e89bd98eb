import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type FilterErrorCode = 'filter-invalid' | 'filter-group-unknown';

/**
 * A filter rule that cannot be understood. Rules are never skipped silently: what they were to leave out
 * would be stored.
 */
export class FilterError extends BackupError {
  constructor(code: FilterErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}
