import { BackupError, counted } from '../../base/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import type { RecreateInput } from './recreate-input.ts';

/** Refuses a destination from which nothing can be rebuilt, before anything is fetched. */
export function checkDestination({ files, keys, withoutVersions = 'refuse' }: RecreateInput): void {
  const dlists = files.filter(isDlist);
  if (files.length === 0) {
    throw new BackupError('no-backup-found', 'There is no backup with this prefix at the destination.', {
      hint: 'Check the destination and --prefix.',
    });
  }
  if (dlists.length === 0 && withoutVersions === 'refuse') throw noVersions(files.length);
  const telling = dlists.length === 0 ? files : dlists;
  const encrypted = telling.find(({ parsed }) => parsed.encryption !== undefined);
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

function noVersions(volumes: number): BackupError {
  return new BackupError(
    'no-versions',
    `The destination holds ${counted(volumes, 'volume')} but no file list, so no version can be restored from it.`,
    {
      details: { volumes },
      hint: 'If dlist files were removed, bring them back. If no backup was ever completed there, run the backup again: it uses what can be read of the volumes, and deletes none of them.',
    },
  );
}
