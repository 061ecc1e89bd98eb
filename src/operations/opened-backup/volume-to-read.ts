import type { VolumeRow } from '../../database/index.ts';
import type { VolumeToRead } from '../../pipeline/index.ts';
import type { OpenedBackup } from './opened-backup.ts';

/**
 * A fetched volume as it is to be opened: with everything checked that the database knows of it, unless the
 * user said not to.
 */
export function volumeToRead(
  { target, format }: Pick<OpenedBackup, 'target' | 'format'>,
  { name, hash, sizeBytes }: VolumeRow,
  path: string,
): VolumeToRead {
  const { checks } = target;
  const isChecked = hash !== undefined && checks?.hashes !== 'skip';
  return {
    name,
    path,
    format: checks?.manifests === 'ignore' ? 'ignore' : format,
    ...(isChecked ? { expected: { hash, sizeBytes, fileHash: format.fileHash } } : {}),
  };
}
