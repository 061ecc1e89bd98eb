import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import { formatVolumeName, newVolumeGuid, parseVolumeName } from '../../format/index.ts';
import { isUnreadable, type TemporaryFolder } from '../../pipeline/index.ts';
import { type FileToUpload, mendCopy, type Remote, uploadReplacement } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import type { VolumeListing } from '../verify-listing/list-volumes.ts';
import { fetchDamaged, wholeFile } from './fetch-damaged.ts';
import { findDamaged } from './plan.ts';
import { takePlace } from './take-place.ts';

export interface Replacing {
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly temporary: TemporaryFolder;
}

/**
 * Stores dblocks again that are damaged at the destination, as far as their parity data make them whole;
 * where those do not suffice, that is remembered, and not tried again. Each gets a new name; until it has
 * arrived whole and is booked, the damaged one stays what it was, and afterwards that and its dindexes are
 * booked for deletion. Wherever the run ends, nothing is worse than before. Returns how many were replaced:
 * where it is more than none, the destination is to be listed again.
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
    if ((await tryToPutInOrder(replacing, volume, context)) === 'replaced') replaced++;
  return replaced;
}

/** A disk may not give the bytes of one volume; that keeps no run from its work. */
async function tryToPutInOrder(
  replacing: Replacing,
  volume: VolumeRow,
  context: Pick<OperationContext, 'log' | 'clock'>,
): Promise<'whole' | 'replaced' | 'beyond-repair'> {
  try {
    return await putInOrder(replacing, volume, context);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    context.log.write('warning', error.code, error.message);
    return 'beyond-repair';
  }
}

async function putInOrder(
  replacing: Replacing,
  volume: VolumeRow,
  { log, clock }: Pick<OperationContext, 'log' | 'clock'>,
): Promise<'whole' | 'replaced' | 'beyond-repair'> {
  const { remote, database, temporary } = replacing;
  const { id, name } = volume;
  using copy = await fetchDamaged(replacing, volume, log);
  if (copy === undefined) return 'beyond-repair';
  if (wholeFile(database, volume, copy) !== undefined) {
    database.transaction(() => database.volumes.setVerified(id, clock.now()));
    return 'whole';
  }
  const newPath = (label: string) => temporary.newPath(label);
  using mended = await mendCopy(remote, { name, path: copy.path }, newPath, log);
  const file = mended && wholeFile(database, volume, mended);
  if (file === undefined) {
    database.transaction(() => database.volumes.setBeyondRepair(id));
    log.write('warning', 'volume-beyond-repair', `'${name}' is damaged, and its parity data do not suffice.`);
    return 'beyond-repair';
  }
  const newName = await replace(replacing, volume, file);
  log.write('information', 'volume-replaced', `Stored '${name}' again, as '${newName}': it was damaged.`);
  return 'replaced';
}

async function replace(
  { remote, database }: Replacing,
  volume: VolumeRow,
  file: FileToUpload,
): Promise<string> {
  const newName = () => anotherName(volume.name);
  const stored = await uploadReplacement(remote, database, { kind: 'dblock', file, newName });
  database.transaction(() => takePlace(database, volume, stored));
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
