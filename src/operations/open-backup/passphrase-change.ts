import { BackupError } from '../../base/index.ts';
import type { Configuration, LocalDatabase } from '../../database/index.ts';
import {
  forgetPassphrase,
  matchesPassphrase,
  passphraseConflict,
  storePassphrase,
} from './stored-passphrase.ts';

/**
 * How far a change of the passphrase is: volumes and versions are changed in the order of these numbers, the
 * dblocks first.
 */
export interface ChangeProgress {
  /** The last dblock that has the new passphrase, by its number in the database; 0: none. */
  readonly dblock: number;
  /** The last version whose file list has it. */
  readonly fileset: number;
}

const START: ChangeProgress = { dblock: 0, fileset: 0 };

/** How far a change is that an earlier run began; `undefined` where none is under way. */
export function readChangeProgress(configuration: Configuration): ChangeProgress | undefined {
  const text = configuration.get('passphrase-change');
  return text === undefined ? undefined : { ...START, ...(JSON.parse(text) as Partial<ChangeProgress>) };
}

/** Notes in the caller's transaction how far a change is. */
export function setChangeProgress(configuration: Configuration, progress: ChangeProgress): void {
  configuration.set('passphrase-change', JSON.stringify(progress));
}

/**
 * Begins a change of the passphrase, or goes on with one: then the new passphrase must be the same as before.
 * Throws `settings-conflict`.
 */
export function beginPassphraseChange(database: LocalDatabase, newPassphrase: string): ChangeProgress {
  const { configuration } = database;
  const progress = readChangeProgress(configuration);
  if (progress === undefined) {
    database.transaction(() => {
      storePassphrase(configuration, newPassphrase, 'new-passphrase');
      setChangeProgress(configuration, START);
    });
    return START;
  }
  if (matchesPassphrase(configuration, newPassphrase, 'new-passphrase') === true) return progress;
  throw passphraseConflict(
    'A change of the passphrase is under way, and the new passphrase is not the one that it was begun with.',
  );
}

/** From now on the new passphrase is that of the backup. */
export function endPassphraseChange(database: LocalDatabase, newPassphrase: string): void {
  const { configuration } = database;
  database.transaction(() => {
    storePassphrase(configuration, newPassphrase);
    forgetPassphrase(configuration, 'new-passphrase');
    configuration.clear('passphrase-change');
  });
}

/** Refuses what would write with one passphrase while volumes are given another. */
export function refuseDuringChange(configuration: Configuration): void {
  if (readChangeProgress(configuration) !== undefined) throw changeUnfinished();
}

export function changeUnfinished(): BackupError {
  return new BackupError(
    'passphrase-change-unfinished',
    'A change of the passphrase of this backup is under way: some volumes have the old one, others the new one.',
    {
      hint: 'Finish it: ashlar change-passphrase <destination> --passphrase=<old> --new-passphrase=<new>. With both passphrases given, everything can be listed and restored meanwhile.',
    },
  );
}
