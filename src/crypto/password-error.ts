import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type PasswordErrorCode = 'wrong-passphrase' | 'empty-passphrase' | 'unusable-passphrase';

/** A passphrase that does not open a volume, or must not protect one. The message never holds the passphrase. */
export class PasswordError extends BackupError {
  constructor(code: PasswordErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}

// White space as Unicode defines it is what Duplicati's encryptor refuses.
const BLANK = /^\p{White_Space}*$/u;

/** Throws `empty-passphrase` unless the passphrase holds something besides white space. */
export function checkPassphrase(passphrase: string): void {
  if (!BLANK.test(passphrase)) return;
  throw new PasswordError(
    'empty-passphrase',
    'Cannot encrypt: the passphrase is empty or consists of white space only.',
    { hint: 'Give a passphrase with visible characters, or turn encryption off with --no-encryption.' },
  );
}
