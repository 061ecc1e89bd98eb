import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type DestinationErrorCode = keyof typeof IS_RETRYABLE;

/** Whether the same call may succeed later without any change by a person. */
const IS_RETRYABLE = {
  /** The storage answered, and there is no file of that name. */
  'destination-file-missing': false,
  /** A file of the new name is there already. */
  'destination-file-exists': false,
  /** The storage answered, and the folder of the destination is not there. Creating it may help. */
  'destination-folder-missing': false,
  /** The storage answered and will not do it: no permission, wrong password, read-only, a name it cannot hold. */
  'destination-refused': false,
  /** No answer, or a failure below the storage: network down, disk unplugged, input/output error. */
  'destination-unreachable': true,
  /** No space or quota left. */
  'destination-full': false,
  /** Too many requests; `details.retryAfterMs` where the storage said how long to wait. */
  'destination-throttled': true,
  /** What was stored or read is not as long as it must be. */
  'destination-corrupt': true,
  'destination-url-invalid': false,
  /** Something is missing without which this kind of destination cannot be reached, such as a user name. */
  'destination-incomplete': false,
  'destination-unknown-scheme': false,
} as const;

/** What to do where nothing better is known. */
const USUAL_HINTS: Partial<Record<DestinationErrorCode, string>> = {
  'destination-folder-missing':
    "Check the path of the destination URL; 'ashlar backend create <url>' creates the folder.",
  'destination-full': 'Free some space, keep fewer versions, or run compact.',
};

/** What can go wrong at a destination. Callers match on `code`. */
export class DestinationError extends BackupError {
  constructor(
    code: DestinationErrorCode,
    message: string,
    options: Omit<BackupErrorOptions, 'retryable'> = {},
  ) {
    const hint = options.hint ?? USUAL_HINTS[code];
    const advice = hint === undefined ? {} : { hint };
    super(code, message, { ...options, ...advice, retryable: IS_RETRYABLE[code] });
  }
}
