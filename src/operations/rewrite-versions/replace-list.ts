import type { FilesetRow } from '../../database/index.ts';
import type { BlockVolumeSettings, VolumeFile } from '../../pipeline/index.ts';
import { uploadReplacement } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { markUnsettled } from '../space/unsettled.ts';
import { filelistName } from '../upload-filelist/upload-filelist.ts';
import { freeTimeBeside } from './free-time.ts';

/** A new file list for a version. */
export interface NewList {
  readonly fileset: FilesetRow;
  readonly file: VolumeFile;
  /** Books, in the same transaction as the switch, what else changes with it. */
  readonly bookEdits: () => void;
}

/**
 * Gives a complete version a new file list: it is stored under a new time, then the version is switched over
 * to it and the old list is deleted. Until the switch, which is one transaction, the new list counts as
 * something to be deleted; from then on the old one does. Wherever the run ends, the version is either as it
 * was or as it shall be. Returns its new time, in seconds since 1970. Throws `no-free-time`.
 */
export async function replaceList(
  opened: OpenedBackup,
  { fileset, file, bookEdits }: NewList,
  settings: BlockVolumeSettings,
  { clock, log }: Pick<OperationContext, 'clock' | 'log'>,
): Promise<number> {
  const { database, remote } = opened;
  const { seq, isFull, volumeId } = fileset;
  let { timestamp } = fileset;
  const newName = () => {
    timestamp = freeTimeBeside(opened, fileset);
    const name = filelistName(timestamp, settings);
    const deleted = database.volumes.find(name);
    if (deleted !== undefined) database.volumes.remove(deleted.id);
    return name;
  };
  const stored = await uploadReplacement(remote, database, { kind: 'dlist', file, newName });
  database.transaction(() => {
    bookEdits();
    database.volumes.setState(stored.id, 'uploaded');
    database.filesets.setVolume(seq, stored.id);
    database.filesets.setTime(seq, timestamp);
    database.filesets.describe(seq, isFull ? 'full' : 'partial', database.entries.totals(seq));
    if (volumeId !== undefined) database.volumes.setState(volumeId, 'deleting');
    markUnsettled(database);
  });
  if (volumeId !== undefined) await deleteVolume(volumeId, { remote, database, log, clock });
  return timestamp;
}
