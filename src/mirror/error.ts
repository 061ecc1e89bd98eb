import { BackupError, type BackupErrorOptions } from '../base/index.ts';

export type MirrorErrorCode =
  | 'pull-name-invalid'
  | 'pull-name-taken'
  | 'pull-field-invalid'
  | 'pull-field-unknown'
  | 'pull-field-missing'
  | 'pull-configuration-invalid'
  | 'pull-source-unknown'
  | 'pull-destination-unknown'
  | 'pull-destination-in-use'
  | 'pull-destination-missing'
  | 'pull-destination-not-mounted'
  | 'pull-destination-foreign'
  | 'pull-destination-not-writable'
  | 'pull-destination-without-links'
  | 'pull-destination-full'
  | 'pull-version-unknown'
  | 'pull-path-missing'
  | 'pull-source-busy'
  | 'pull-step-failed'
  | 'pull-nothing-arrived'
  | 'pull-command-failed'
  | 'pull-dump-failed'
  | 'pull-rsync-failed'
  | 'pull-rsync-missing-here'
  | 'pull-rsync-missing-there'
  | 'pull-vault-failed'
  | 'ssh-missing'
  | 'ssh-failed'
  | 'ssh-host-key-changed'
  | 'ssh-host-key-unknown'
  | 'ssh-host-not-found'
  | 'ssh-connection-refused'
  | 'ssh-connection-timeout'
  | 'ssh-connection-lost'
  | 'ssh-login-refused'
  | 'ssh-key-unreadable';

/** Something about a pull that a user can meet. */
export class MirrorError extends BackupError {
  constructor(code: MirrorErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}
