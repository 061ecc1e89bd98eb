import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type NotificationErrorCode =
  | 'notification-invalid'
  | 'notification-unreachable'
  | 'notification-untrusted'
  | 'notification-refused'
  | 'notification-incomplete';

/** Somebody could not be told how a run went. It fails no run. */
export class NotificationError extends BackupError {
  constructor(code: NotificationErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}
