import { BackupError } from '../../base/index.ts';
import { redactUrl } from '../../destinations/index.ts';
import type { BackupTarget } from './opened-backup.ts';

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

/** How many volumes a message names. */
const NAMED = 5;

export function missingVolumes(names: readonly string[], brokenVersions: number | undefined): BackupError {
  const shown =
    names.slice(0, NAMED).join(', ') + (names.length > NAMED ? `, and ${names.length - NAMED} more` : '');
  const versions =
    brokenVersions === undefined ? '' : `; ${brokenVersions} versions are incomplete without them`;
  return new BackupError(
    'remote-files-missing',
    `The destination misses ${names.length} volumes with data, or has them with another length: ${shown}${versions}.`,
    {
      details: { names: names.slice(0, 100) },
      hint: 'Bring the volumes back if you can. Else make a backup: it stores again what the source still has. Restoring works for every file that does not need them.',
    },
  );
}
