import type { FilesetRow, LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { indexVolumes } from '../index-volumes/run.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { filelistName, nextFreeTime, uploadFilelist } from '../upload-filelist/upload-filelist.ts';

/**
 * Stores again what the destination lost and the database can form: file lists of its versions, and indexes
 * of its dblocks. A faulty list is deleted as soon as the new one is there: a machine without this database
 * could not tell that nothing needs it. Returns how many volumes were written.
 */
export async function mendVolumes(
  opened: OpenedBackup,
  settings: BlockVolumeSettings,
  context: Pick<OperationContext, 'log' | 'clock'>,
): Promise<number> {
  const { database, remote } = opened;
  const lost = withoutStoredList(database);
  for (const fileset of lost) {
    const name = await bookList(opened, fileset, settings);
    await uploadFilelist(opened, fileset.seq, settings);
    context.log.write(
      'information',
      'filelist-rewritten',
      `Stored the list of a version again, as '${name}': it was missing or damaged.`,
    );
    const faulty = database.volumes.all().find(({ id }) => id === fileset.volumeId);
    if (faulty?.state === 'deleting') await deleteVolume(faulty.id, { remote, database, ...context });
  }
  return lost.length + (await indexVolumes(opened, settings, context.log));
}

function withoutStoredList({ filesets, volumes }: LocalDatabase): FilesetRow[] {
  const stored = volumes.all().filter(({ state }) => ['uploading', 'uploaded', 'verified'].includes(state));
  const ids = new Set(stored.map(({ id }) => id));
  return filesets.versions().filter(({ volumeId }) => volumeId === undefined || !ids.has(volumeId));
}

/**
 * The list keeps its name. Where the damaged one still has it, the version moves to the next free second, as
 * long as it stays older than the version after it; else the damaged list makes room first.
 */
async function bookList(
  opened: OpenedBackup,
  fileset: FilesetRow,
  settings: BlockVolumeSettings,
): Promise<string> {
  const { database } = opened;
  const taken = database.volumes.find(filelistName(fileset.timestamp, settings));
  const free = taken === undefined ? fileset.timestamp : nextFreeTime(opened, fileset.timestamp);
  const isInOrder = database.filesets
    .versions()
    .every(({ seq, timestamp }) => seq <= fileset.seq || timestamp > free);
  if (taken !== undefined && !isInOrder) await deleteDamaged(opened, taken);
  const timestamp = isInOrder ? free : fileset.timestamp;
  const name = filelistName(timestamp, settings);
  database.transaction(() => {
    database.filesets.setTime(fileset.seq, timestamp);
    database.filesets.setVolume(
      fileset.seq,
      database.volumes.add({ name, kind: 'dlist', state: 'temporary' }),
    );
  });
  return name;
}

async function deleteDamaged({ database, remote }: OpenedBackup, { id, name }: VolumeRow): Promise<void> {
  await remote.delete(name);
  database.transaction(() => database.volumes.remove(id));
}
