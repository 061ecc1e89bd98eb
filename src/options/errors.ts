import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type OptionErrorCode =
  | 'option-invalid'
  | 'option-unknown'
  | 'option-unavailable'
  | 'option-conflict'
  | 'option-fixed';

/**
 * An option that is misspelt, has an unusable value, does not go with another one, or cannot be obeyed. Never
 * holds the value of a secret.
 */
export class OptionError extends BackupError {
  constructor(code: OptionErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}

/** What a value parser answers when the text is not a value of its kind; `accepted` completes "It takes …". */
export class UnacceptedValue extends Error {
  readonly accepted: string;

  constructor(accepted: string) {
    super(`Not accepted; it takes ${accepted}`);
    this.name = 'UnacceptedValue';
    this.accepted = accepted;
  }
}
