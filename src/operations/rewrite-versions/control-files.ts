import { errorMessage, FormatError, type Log } from '../../base/index.ts';
import type { ArchiveReader } from '../../compression/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { parseControlFileEntryName } from '../../format/index.ts';
import { openVolume } from '../../pipeline/index.ts';
import { readVolume } from '../../transfer/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { volumeToRead } from '../opened-backup/volume-to-read.ts';
import type { ControlFile } from '../upload-filelist/write-filelist.ts';

/** Control files are configurations and keys; more would not be one. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/**
 * The control files in a file list that is to be replaced. They are nowhere else; where the list is damaged,
 * that is told.
 */
export async function fetchControlFiles(
  opened: OpenedBackup,
  dlist: VolumeRow,
  log: Log,
): Promise<ControlFile[]> {
  const { remote, temporary, keys } = opened;
  const { name } = dlist;
  const newPath = (label: string) => temporary.newPath(label);
  try {
    return await readVolume({ remote, name, newPath, log }, async (path) => {
      using volume = await openVolume(volumeToRead(opened, dlist, path), keys, newPath);
      return controlFilesIn(volume.archive);
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

function controlFilesIn(archive: ArchiveReader): ControlFile[] {
  return archive.entries.flatMap((entry) => {
    const name = parseControlFileEntryName(entry.name);
    return name === undefined ? [] : [{ name, bytes: archive.read(entry, LARGEST_BYTES) }];
  });
}
