import { BackupError } from '../../base/index.ts';
import type { ListedVolume } from '../open-backup/opened-backup.ts';
import type { RecreateInput } from './recreate-input.ts';

/** Refuses a destination from which nothing can be rebuilt, before anything is fetched. */
export function checkDestination({ files, keys }: RecreateInput): void {
  const dlists = files.filter(isDlist);
  if (files.length === 0) {
    throw new BackupError('no-backup-found', 'There is no backup with this prefix at the destination.', {
      hint: 'Check the destination and --prefix.',
    });
  }
  if (dlists.length === 0) {
    throw new BackupError(
      'no-versions',
      `The destination holds ${files.length} volumes but no file list, so no version can be restored from it.`,
      {
        details: { volumes: files.length },
        hint: 'If dlist files were removed, bring them back first. If no backup was ever completed there, back up to an empty folder, or beside these files with another --prefix.',
      },
    );
  }
  const encrypted = dlists.find((dlist) => dlist.parsed.encryption !== undefined);
  if (encrypted !== undefined && keys.passphrase === undefined) {
    throw new BackupError(
      'passphrase-missing',
      `The backup is encrypted ('${encrypted.name}'), and no passphrase was given.`,
      {
        details: { volume: encrypted.name },
        hint: 'Give the passphrase with --passphrase, in the environment variable PASSPHRASE, or at the prompt.',
      },
    );
  }
}

export function isDlist(file: ListedVolume): boolean {
  return file.parsed.kind === 'dlist';
}
