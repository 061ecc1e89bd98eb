import { BackupError } from '../../base/index.ts';
import { classifyListing } from '../../format/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';

export interface VolumeListing {
  readonly volumes: readonly ListedVolume[];
  /** Prefixes of other backups in the same place. */
  readonly otherPrefixes: readonly string[];
  readonly unknownFiles: number;
  readonly unknownBytes: number;
}

/**
 * The volumes of one backup at the destination, from one complete listing. Throws `listing-contradictory`
 * when a name comes twice.
 */
export async function listVolumes(remote: Remote, prefix: string): Promise<VolumeListing> {
  const files = await remote.list();
  const listing = classifyListing(files, prefix);
  if (listing.duplicates.length > 0) {
    throw new BackupError(
      'listing-contradictory',
      `The destination lists '${listing.duplicates[0]}' more than once.`,
      {
        details: { names: listing.duplicates },
        hint: 'Nothing was changed. Look at the destination for files of the same name; many storages allow that.',
      },
    );
  }
  const unknownFiles = listing.unknown.length;
  const unknownBytes = listing.unknown.reduce((sum, file) => sum + Math.max(0, file.sizeBytes), 0);
  Object.assign(remote.statistics, { unknownFiles, unknownBytes });
  return {
    volumes: listing.volumes.map(({ file, volume }) => ({ ...file, parsed: volume })),
    otherPrefixes: [...new Set(listing.otherPrefixes.map(({ volume }) => volume.prefix))],
    unknownFiles,
    unknownBytes,
  };
}
