import { BackupError, FormatError } from '../../base/index.ts';
import { PasswordError } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { hashFile, openVolume } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { volumeToRead } from '../opened-backup/volume-to-read.ts';
import { compareDblock } from './compare-dblock.ts';
import { compareDindex } from './compare-dindex.ts';
import { compareDlist } from './compare-dlist.ts';
import { FaultList } from './fault-list.ts';
import type { TestSettings } from './settings.ts';

export interface VolumeTest {
  readonly faults: FaultList;
  readonly hashedBlocks: number;
}

/**
 * Reads one volume back and compares it with the database. Whatever is wrong with it is a fault of the
 * result; what is thrown would meet every volume: an abort, a wrong passphrase.
 */
export async function testVolume(
  opened: OpenedBackup,
  volume: VolumeRow,
  settings: TestSettings,
  context: OperationContext,
): Promise<VolumeTest> {
  const faults = new FaultList();
  let hashedBlocks = 0;
  try {
    hashedBlocks = await readBack(opened, volume, { settings, faults, context });
  } catch (error) {
    context.control.signal.throwIfAborted();
    if (!(error instanceof BackupError) || error instanceof PasswordError) throw error;
    faults.add(error instanceof FormatError ? 'damaged' : 'unreadable', error.message);
  }
  return { faults, hashedBlocks };
}

interface Reading {
  readonly settings: TestSettings;
  readonly faults: FaultList;
  readonly context: OperationContext;
}

async function readBack(opened: OpenedBackup, volume: VolumeRow, reading: Reading): Promise<number> {
  const { remote, temporary, format, database } = opened;
  using copy = await remote.fetch(volume.name, () => temporary.newPath(volume.kind));
  if (volume.hash === undefined) {
    const file = hashFile(copy.path, format.fileHash);
    const hashed = await compareContent(opened, volume, copy.path, reading);
    if (!reading.faults.hasError) database.transaction(() => database.volumes.setFile(volume.id, file));
    return hashed;
  }
  if (reading.settings.opened.includes(volume.kind))
    return await compareContent(opened, volume, copy.path, reading);
  if (opened.target.checks?.hashes === 'skip') return 0;
  const file = hashFile(copy.path, format.fileHash);
  if (file.hash.equals(volume.hash) && (volume.sizeBytes < 0 || file.sizeBytes === volume.sizeBytes))
    return 0;
  throw new FormatError('volume-corrupt', `The volume '${volume.name}' is not what was stored.`, {
    details: { volume: volume.name },
  });
}

async function compareContent(
  opened: OpenedBackup,
  row: VolumeRow,
  path: string,
  { settings, faults, context }: Reading,
): Promise<number> {
  const { temporary, keys, database } = opened;
  const { name, kind } = row;
  const toRead = volumeToRead(opened, row, path);
  // Where the hash of the whole is known, it is checked in any case, and says all that the encryption's would.
  const inPlace = toRead.expected === undefined ? {} : { reading: 'in-place' as const };
  using volume = await openVolume({ ...toRead, ...inPlace }, keys, (label) => temporary.newPath(label));
  const { archive } = volume;
  if (kind === 'dblock') {
    const checkAbort = () => context.control.signal.throwIfAborted();
    return compareDblock(opened, row, archive, { settings, faults, checkAbort });
  }
  if (kind === 'dindex') compareDindex(opened, row, archive, faults);
  else {
    const fileset = database.filesets.versions().find(({ volumeId }) => volumeId === row.id);
    if (fileset !== undefined) compareDlist(opened, fileset, { name, archive }, faults);
  }
  return 0;
}
