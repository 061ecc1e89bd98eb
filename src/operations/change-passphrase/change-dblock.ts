import { errorCode, errorMessage, FormatError } from '../../base/index.ts';
import { PasswordError } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import {
  type BlockVolumeSettings,
  decryptVolume,
  type FinishedFile,
  type Keys,
  newVolumeName,
  reencryptVolume,
} from '../../pipeline/index.ts';
import { readVolume, uploadReplacement } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { writeIndex } from '../index-volumes/run.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import { type ChangeProgress, setChangeProgress } from '../open-backup/passphrase-change.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { volumeToRead } from '../opened-backup/volume-to-read.ts';
import { takePlace } from '../replace-damaged/take-place.ts';

/** What a change of the passphrase works with. */
export interface Changing {
  readonly opened: OpenedBackup;
  /** What the old passphrase opens, and nothing else. */
  readonly oldKeys: Keys;
  readonly newKeys: Keys;
  /** How volumes are written, with the new passphrase. */
  readonly volumes: BlockVolumeSettings;
  readonly context: OperationContext;
}

export type VolumeOutcome = 'changed' | 'changed-before' | 'unreadable';

/**
 * A volume of the old passphrase in a file of the new one; `changed-before` where it has the new one already.
 * Throws what tells of damage.
 */
export async function fetchReencrypted(
  { opened, oldKeys, newKeys, volumes, context }: Changing,
  volume: VolumeRow,
): Promise<FinishedFile | 'changed-before'> {
  const { remote, temporary } = opened;
  const newPath = (label: string) => temporary.newPath(label);
  return readVolume({ remote, name: volume.name, newPath, log: context.log }, async (path) => {
    const stored = volumeToRead(opened, volume, path);
    try {
      return await reencryptVolume(stored, oldKeys, volumes.volume, newPath);
    } catch (error) {
      if (!(error instanceof PasswordError)) throw error;
      (await decryptVolume(stored, newKeys, newPath)).close();
      return 'changed-before';
    }
  });
}

/**
 * Gives one dblock the new passphrase: it is stored under a new name with a dindex of its own, and only then
 * the old ones are deleted. What is inside does not change. A damaged one stays as it is, and is told.
 */
export async function changeDblock(
  changing: Changing,
  dblock: VolumeRow,
  progress: ChangeProgress,
): Promise<VolumeOutcome> {
  const { opened, volumes, context } = changing;
  const { database, remote } = opened;
  const note = () => setChangeProgress(database.configuration, { ...progress, dblock: dblock.id });
  const file = await fetchUnlessDamaged(changing, dblock);
  if (typeof file === 'string') {
    database.transaction(note);
    return file;
  }
  const stored = await uploadReplacement(remote, database, {
    kind: 'dblock',
    file: { ...file, name: dblock.name },
    newName: () => newVolumeName('dblock', volumes),
  });
  const former = database.transaction(() => {
    const given = takePlace(database, dblock, stored);
    database.volumes.setFile(dblock.id, file);
    note();
    return given;
  });
  if (volumes.indexPolicy !== 'none' && dblock.areBlocksKnown)
    await writeIndex(opened, database.volumes.get(dblock.id), volumes);
  for (const id of former) await deleteVolume(id, { remote, database, ...context });
  return 'changed';
}

async function fetchUnlessDamaged(
  changing: Changing,
  dblock: VolumeRow,
): Promise<FinishedFile | 'changed-before' | 'unreadable'> {
  try {
    return await fetchReencrypted(changing, dblock);
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof PasswordError)) throw error;
    const { database } = changing.opened;
    const { log, clock } = changing.context;
    if (error instanceof FormatError)
      database.transaction(() => database.volumes.setDamaged(dblock.id, clock.now()));
    log.write(
      'warning',
      errorCode(error) ?? 'volume-corrupt',
      `'${dblock.name}' cannot be given the new passphrase, and stays as it is: ${errorMessage(error)}`,
    );
    return 'unreadable';
  }
}
