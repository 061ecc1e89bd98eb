import { BackupError, counted } from '../../base/index.ts';
import { redactUrl } from '../../destinations/index.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';

/** The error for a destination without a backup of this prefix. */
export function missingBackup(target: BackupTarget, otherPrefixes: readonly string[]): BackupError {
  const hint =
    otherPrefixes.length > 0
      ? `There are volumes with other prefixes: ${otherPrefixes.join(', ')}. Give the one you mean with --prefix.`
      : 'Check the destination. A backup is begun there with: ashlar backup <destination> <source>.';
  return new BackupError(
    'no-backup-found',
    `There is no backup with the prefix '${target.prefix}' at '${redactUrl(target.url)}'.`,
    {
      details: { url: redactUrl(target.url), prefix: target.prefix },
      hint,
    },
  );
}

/** Everything else is in order: `lost` says which versions lack what. */
export function dataLost(lost: string): BackupError {
  return new BackupError(
    'data-lost',
    `The destination has lost data. Of this cannot be restored: ${lost}. Everything else is in order.`,
    {
      hint: 'If volumes were removed, bring them back. Else a backup stores again what its source still has, and repair --rebuild-missing-dblock-files what the files still have that the data came from. Everything that does not need what is lost restores; list-broken-files names what does, and purge-broken-files takes it out of the versions.',
    },
  );
}

/** How many volumes a message names. */
const NAMED = 5;

/** The error for volumes that are lost, and, where that is known, how many versions they hit. */
export function missingVolumes(names: readonly string[], brokenVersions: number | undefined): BackupError {
  const shown =
    names.slice(0, NAMED).join(', ') + (names.length > NAMED ? `, and ${names.length - NAMED} more` : '');
  const versions =
    brokenVersions === undefined ? '' : `; incomplete because of that: ${counted(brokenVersions, 'version')}`;
  return new BackupError(
    'remote-files-missing',
    `The destination misses ${counted(names.length, 'volume')} with data, or has them with another length: ${shown}${versions}.`,
    {
      details: { names: names.slice(0, 100) },
      hint: 'Bring the volumes back if you can. Else a backup stores again what its source still has, and repair --rebuild-missing-dblock-files what the files still have that the data came from. Every file that does not need these volumes restores; list-broken-files names those that do, and purge-broken-files takes them out of the versions.',
    },
  );
}

/**
 * Nothing at all is listed of a backup that has volumes: more likely the storage is not there than its files
 * are gone.
 */
export function nothingListed({ url }: BackupTarget, names: readonly string[]): BackupError {
  return new BackupError(
    'remote-files-missing',
    `Nothing of this backup is at '${redactUrl(url)}', which should hold ${counted(names.length, 'volume')} with data.`,
    {
      details: { url: redactUrl(url), names: names.slice(0, 100) },
      hint: 'Nothing was changed. Check whether the storage is mounted, and the URL and --prefix. To begin anew there, name another local database with --dbpath.',
    },
  );
}
