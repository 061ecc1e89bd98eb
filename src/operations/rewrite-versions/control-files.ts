import { errorMessage, FormatError, type Log } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { parseControlFileEntryName } from '../../format/index.ts';
import { openVolume } from '../../pipeline/index.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';
import type { ControlFile } from '../upload-filelist/write-filelist.ts';

/** Control files are configurations and keys; more would not be one. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** The control files in a file list that is to be replaced. They are nowhere else; where the list is damaged, that is told. */
export async function fetchControlFiles(
  { remote, temporary, format, keys }: OpenedBackup,
  { name }: VolumeRow,
  log: Log,
): Promise<ControlFile[]> {
  using copy = await remote.fetch(name, () => temporary.newPath('dlist'));
  try {
    using volume = await openVolume({ name, path: copy.path, format }, keys, (label) =>
      temporary.newPath(label),
    );
    const { archive } = volume;
    return archive.entries.flatMap((entry) => {
      const baseName = parseControlFileEntryName(entry.name);
      return baseName === undefined ? [] : [{ name: baseName, bytes: archive.read(entry, LARGEST_BYTES) }];
    });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    log.write(
      'warning',
      error.code,
      `The control files in '${name}', if there are any, cannot be kept: ${errorMessage(error)}`,
    );
    return [];
  }
}
