import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type SecretErrorCode = keyof typeof IS_RETRYABLE;

/** Whether the same call may succeed later without any change by a person. */
const IS_RETRYABLE = {
  /** The address of a provider cannot be understood, or lacks something without which the provider cannot be asked. */
  'secret-provider-invalid': false,
  /** There is no such provider, or none on this system. */
  'secret-provider-unknown': false,
  /** The provider cannot be asked: no answer, or a program that it needs is missing. */
  'secret-provider-unreachable': true,
  /** The provider answered, and will not give secrets out. */
  'secret-provider-refused': false,
  /** The provider answered, and does not hold a secret that is named. */
  'secret-missing': false,
  /** A secret of that name is there already. */
  'secret-exists': false,
  /** The provider only gives secrets out. */
  'secret-not-storable': false,
} as const;

/**
 * What can go wrong with secrets. No value of a secret, and nothing of the query of a provider's address, is
 * ever part of it.
 */
export class SecretError extends BackupError {
  constructor(code: SecretErrorCode, message: string, options: Omit<BackupErrorOptions, 'retryable'> = {}) {
    super(code, message, { ...options, retryable: IS_RETRYABLE[code] });
  }
}
