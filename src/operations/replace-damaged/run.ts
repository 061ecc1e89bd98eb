import { BackupError, type Log } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import { formatVolumeName, newVolumeGuid, parseVolumeName } from '../../format/index.ts';
import { hashFile, type TemporaryFolder } from '../../pipeline/index.ts';
import {
  type FileToUpload,
  type LocalCopy,
  mendCopy,
  type Remote,
  uploadReplacement,
} from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { readStoredFormat } from '../open-backup/stored-settings.ts';
import type { VolumeListing } from '../verify-listing/list-volumes.ts';
import { findDamaged } from './plan.ts';

export interface Replacing {
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly temporary: TemporaryFolder;
}

/**
 * Stores dblocks again that are damaged at the destination, as far as their parity data make them whole. Each gets a new name; until it has arrived whole and is booked, the damaged one stays what it was, and afterwards that
 * and its dindexes are booked for deletion. Wherever the run ends, nothing is worse than before. Returns how many were replaced: where it is more than none, the destination is to be listed again.
 */
export async function replaceDamaged(
  replacing: Replacing,
  listing: VolumeListing,
  context: Pick<OperationContext, 'log' | 'clock'>,
): Promise<number> {
  const { remote, database } = replacing;
  const damaged = findDamaged(database.volumes.all(), listing.volumes);
  let replaced = 0;
  for (const volume of damaged.filter(({ name }) => remote.mayHaveCompanion(name)))
    if ((await putInOrder(replacing, volume, context)) === 'replaced') replaced++;
  return replaced;
}

async function putInOrder(
  replacing: Replacing,
  volume: VolumeRow,
  { log, clock }: Pick<OperationContext, 'log' | 'clock'>,
): Promise<'whole' | 'replaced' | 'beyond-repair'> {
  const { remote, database, temporary } = replacing;
  const { id, name } = volume;
  using copy = await fetchReadable(replacing, volume, log);
  if (copy === undefined) return 'beyond-repair';
  if (wholeFile(database, volume, copy) !== undefined) {
    database.transaction(() => database.volumes.setVerified(id, clock.now()));
    return 'whole';
  }
  const newPath = (label: string) => temporary.newPath(label);
  using mended = await mendCopy(remote, { name, path: copy.path }, newPath, log);
  const file = mended && wholeFile(database, volume, mended);
  if (file === undefined) {
    log.write('warning', 'volume-beyond-repair', `'${name}' is damaged, and its parity data do not suffice.`);
    return 'beyond-repair';
  }
  const newName = await replace(replacing, volume, file);
  log.write('information', 'volume-replaced', `Stored '${name}' again, as '${newName}': it was damaged.`);
  return 'replaced';
}

/** A disk may give nothing at all of a damaged file; that keeps no run from its work. */
async function fetchReadable(
  { remote, temporary }: Replacing,
  { name }: VolumeRow,
  log: Log,
): Promise<LocalCopy | undefined> {
  try {
    return await remote.fetch(name, () => temporary.newPath('damaged'));
  } catch (error) {
    remote.signal.throwIfAborted();
    if (!(error instanceof BackupError)) throw error;
    log.write('warning', error.code, `'${name}' is damaged, and cannot be read: ${error.message}`);
    return undefined;
  }
}

/** The local file, if it is what was stored. */
function wholeFile(
  database: LocalDatabase,
  { name, hash }: VolumeRow,
  { path }: LocalCopy,
): FileToUpload | undefined {
  const format = readStoredFormat(database);
  if (format === undefined || hash === undefined) return undefined;
  const file = hashFile(path, format.fileHash);
  return file.hash.equals(hash) ? { name, path, ...file } : undefined;
}

async function replace(
  { remote, database }: Replacing,
  volume: VolumeRow,
  file: FileToUpload,
): Promise<string> {
  const { volumes } = database;
  const newName = () => anotherName(volume.name);
  const stored = await uploadReplacement(remote, database, { kind: 'dblock', file, newName });
  database.transaction(() => {
    volumes.remove(stored.id);
    volumes.setReplaced(volume.id, stored.name);
    volumes.add({ name: volume.name, kind: 'dblock', state: 'deleting' });
    for (const dindex of volumes.indexesOf(volume.id)) {
      const { state } = volumes.get(dindex);
      if (state === 'uploaded' || state === 'verified') volumes.setState(dindex, 'deleting');
    }
  });
  return stored.name;
}

/** A new name of the same kind, with the same endings. */
function anotherName(name: string): string {
  const parsed = parseVolumeName(name);
  if (parsed === undefined) throw new Error(`'${name}' is no name of a volume`);
  const { prefix, compression, encryption } = parsed;
  return formatVolumeName({
    kind: 'dblock',
    prefix,
    guid: newVolumeGuid(),
    compression,
    ...(encryption === undefined ? {} : { encryption }),
  });
}
