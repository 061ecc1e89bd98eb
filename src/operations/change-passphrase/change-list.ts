import { FormatError } from '../../base/index.ts';
import { PasswordError } from '../../crypto/index.ts';
import type { FilesetRow, VolumeRow } from '../../database/index.ts';
import type { VolumeFile } from '../../pipeline/index.ts';
import { type ChangeProgress, setChangeProgress } from '../open-backup/passphrase-change.ts';
import { replaceList } from '../rewrite-versions/replace-list.ts';
import { filelistName } from '../upload-filelist/upload-filelist.ts';
import { writeFilelist } from '../upload-filelist/write-filelist.ts';
import { type Changing, fetchReencrypted, type VolumeOutcome } from './change-dblock.ts';

/**
 * Gives the file list of one version the new passphrase. Its time moves by a second, for no file may be
 * overwritten. A damaged list is formed again from the local database.
 */
export async function changeList(
  changing: Changing,
  fileset: FilesetRow,
  progress: ChangeProgress,
): Promise<VolumeOutcome> {
  const { opened, volumes, context } = changing;
  const { database } = opened;
  const bookEdits = () => setChangeProgress(database.configuration, { ...progress, fileset: fileset.seq });
  const name = filelistName(fileset.timestamp, volumes);
  const old = fileset.volumeId === undefined ? undefined : database.volumes.get(fileset.volumeId);
  const file = await newList(changing, { fileset, old, name });
  if (file === 'changed-before') {
    database.transaction(bookEdits);
    return file;
  }
  await replaceList(opened, { fileset, file, bookEdits }, volumes, context);
  return 'changed';
}

async function newList(
  changing: Changing,
  list: { readonly fileset: FilesetRow; readonly old: VolumeRow | undefined; readonly name: string },
): Promise<VolumeFile | 'changed-before'> {
  const { opened, volumes, context } = changing;
  const { fileset, old, name } = list;
  try {
    if (old !== undefined) {
      const file = await fetchReencrypted(changing, old);
      return file === 'changed-before' ? file : { ...file, name };
    }
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof PasswordError)) throw error;
    context.log.write(
      'warning',
      error.code,
      `'${name}' is damaged; it is formed again from the local database, without control files: ${error.message}`,
    );
  }
  return writeFilelist(opened, fileset, volumes, { name, controlFiles: [] });
}
