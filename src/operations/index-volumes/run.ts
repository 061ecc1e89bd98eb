import { errorMessage, FormatError, type Log } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { type BlockVolumeSettings, newVolumeName, writeDindexFile } from '../../pipeline/index.ts';
import { uploadVolume } from '../../transfer/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { adoptDblock } from './adopt-dblock.ts';
import { dindexContent } from './dindex-content.ts';

/**
 * Gives every stored dblock that no dindex describes a dindex; one whose content is not known is read for
 * that. Damaged ones are left alone; those that prove damaged now are named. Returns how many were written.
 */
export async function indexVolumes(
  opened: OpenedBackup,
  settings: BlockVolumeSettings,
  log: Log,
): Promise<number> {
  const { database } = opened;
  for (const dblock of database.volumes.stored('dblock')) {
    if (dblock.areBlocksKnown || dblock.damagedAtMs !== undefined) continue;
    try {
      await adoptDblock(opened, dblock, log);
      log.write(
        'information',
        'volume-adopted',
        `Read '${dblock.name}', which an interrupted run left; its blocks are used again.`,
      );
    } catch (error) {
      const isDamaged = error instanceof FormatError;
      if (isDamaged) database.transaction(() => database.volumes.setDamaged(dblock.id, settings.createdMs));
      log.write(
        'warning',
        'volume-unreadable',
        `The volume '${dblock.name}', which no version needs, cannot be read${isDamaged ? '; the command repair deletes it' : ' and is left alone'}: ${errorMessage(error)}`,
      );
    }
  }
  if (settings.indexPolicy === 'none') return 0;
  const bare = database.volumes.withoutIndex().filter((dblock) => dblock.areBlocksKnown);
  for (const dblock of bare) await writeIndex(opened, dblock, settings);
  return bare.length;
}

/** Stores a new dindex for one dblock. */
export async function writeIndex(
  opened: OpenedBackup,
  dblock: VolumeRow,
  settings: BlockVolumeSettings,
): Promise<void> {
  const { database, remote } = opened;
  const file = await writeDindexFile(settings, [dindexContent(database, dblock, settings.indexPolicy)]);
  const id = database.transaction(() => {
    const added = database.volumes.add({ name: file.name, kind: 'dindex', state: 'temporary' });
    database.volumes.link(added, dblock.id);
    return added;
  });
  await uploadVolume(remote, database, { id, file, rename: () => newVolumeName('dindex', settings) });
}
