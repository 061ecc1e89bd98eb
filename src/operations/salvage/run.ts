import { BackupError, type Clock, errorMessage, FormatError, type Log } from '../../base/index.ts';
import { PasswordError } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { type BlockVolumeSettings, isUnreadable, openVolume } from '../../pipeline/index.ts';
import type { LocalCopy } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { giveUpEmptyIndexes } from '../heal-losses/heal.ts';
import { loseDblocks } from '../heal-losses/lose-dblocks.ts';
import { deleteGivenUp } from '../locks/delete-volume.ts';
import { BlockCopies } from '../move-blocks/block-copies.ts';
import { BlockMover } from '../move-blocks/block-mover.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { wholeFile } from '../replace-damaged/fetch-damaged.ts';
import { type BlockUsage, findBlockUsage } from '../space/block-usage.ts';
import { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import { findReadableBlocks } from './readable-blocks.ts';

/**
 * What becomes of a damaged dblock whose bytes cannot be had at all: it may be so another day (`wait`), or
 * everything in it counts as lost.
 */
export type UnreadableDblocks = 'wait' | 'take-for-lost';

/**
 * Gets out of dblocks that were found damaged, and that no parity data make whole, what is left in them: each
 * needed block that is still what its name says is stored again in new dblocks, and for those that are not,
 * equal ones elsewhere are used. What is in neither becomes a loss (`findLosses`), which the caller may heal
 * from the source. A damaged dblock is deleted once nothing of it is lost, and stays until then. The new
 * dblocks have arrived with their dindexes before anything else is booked: wherever the run ends, nothing is
 * worse than before.
 */
export async function salvageDamaged(
  opened: OpenedBackup,
  volumes: BlockVolumeSettings,
  context: OperationContext,
  unreadable: UnreadableDblocks = 'wait',
): Promise<void> {
  const damaged = findUnmendable(opened);
  if (damaged.length === 0) return;
  const usage = findBlockUsage(opened.database);
  const emptied = await storeReadable({ opened, volumes, damaged, usage, unreadable }, context);
  if (emptied.length === 0) return;
  opened.database.transaction(() => {
    loseDblocks(opened.database, emptied, usage);
    giveUpEmptyIndexes(opened.database);
  });
  for (const { name } of emptied)
    context.log.write(
      'information',
      'volume-salvaged',
      `'${name}' is damaged. What can still be read of it was stored again.`,
    );
  await deleteGivenUp(opened, context);
}

/** Dblocks that were found damaged, but for those that parity data may still mend. */
export function findUnmendable({ database, remote }: Pick<OpenedBackup, 'database' | 'remote'>): VolumeRow[] {
  return database.volumes
    .stored('dblock')
    .filter(
      ({ name, damagedAtMs, areBlocksKnown, isBeyondRepair }) =>
        damagedAtMs !== undefined && areBlocksKnown && (isBeyondRepair || !remote.mayHaveCompanion(name)),
    );
}

interface Salvage {
  readonly opened: OpenedBackup;
  readonly volumes: BlockVolumeSettings;
  readonly damaged: readonly VolumeRow[];
  readonly usage: BlockUsage;
  readonly unreadable: UnreadableDblocks;
}

/**
 * Copies what is readable into new dblocks. Returns the damaged ones that were looked through; one that
 * proves whole stays, and so does one that cannot be had, unless it is to be taken for lost.
 */
async function storeReadable(salvage: Salvage, context: OperationContext): Promise<VolumeRow[]> {
  const { opened, volumes, damaged } = salvage;
  const uploads = new DblockUploads(opened, volumes, 1);
  using mover = new BlockMover({
    opened,
    settings: volumes,
    uploads,
    copies: new BlockCopies(opened.database),
    result: { storedVolumes: 0, storedBytes: 0 },
    onEmptied: async () => {},
  });
  const emptied: VolumeRow[] = [];
  try {
    for (const dblock of damaged) {
      context.control.signal.throwIfAborted();
      if (await takeReadable(dblock, { ...salvage, mover }, context)) emptied.push(dblock);
    }
    await mover.finish();
    await uploads.drain();
  } finally {
    await uploads.cancel();
  }
  return emptied;
}

/** False where the dblock is not to be given up. */
async function takeReadable(
  dblock: VolumeRow,
  salvage: Salvage & { readonly mover: BlockMover },
  { clock, log }: OperationContext,
): Promise<boolean> {
  const { remote, temporary } = salvage.opened;
  let isFetched = false;
  try {
    using copy = await remote.fetch(dblock.name, () => temporary.newPath('damaged'));
    isFetched = true;
    return await takeFromCopy(dblock, copy, salvage, clock);
  } catch (error) {
    remote.signal.throwIfAborted();
    if (isFetched ? !isOfVolume(error) : !(error instanceof BackupError)) throw error;
    const isLost = isDamage(error) || salvage.unreadable === 'take-for-lost';
    tellUnreadable(dblock, error, isLost, log);
    return isLost;
  }
}

/** The passphrase is the right one; where it seems not to be, the first bytes are damaged. */
function isDamage(error: unknown): boolean {
  return error instanceof FormatError || error instanceof PasswordError;
}

function isOfVolume(error: unknown): boolean {
  return isDamage(error) || isUnreadable(error);
}

function tellUnreadable({ name }: VolumeRow, error: unknown, isLost: boolean, log: Log): void {
  const text = isLost
    ? `Nothing of '${name}' can be read any more: ${errorMessage(error)}`
    : `'${name}' was found damaged, and cannot be read now: ${errorMessage(error)} If that lasts, the command repair --rebuild-missing-dblock-files stores again what the files still have that its data came from.`;
  log.write('warning', 'volume-unreadable', text);
}

/** False for a dblock that proves whole. */
async function takeFromCopy(
  dblock: VolumeRow,
  copy: LocalCopy,
  { opened, usage, mover }: Salvage & { readonly mover: BlockMover },
  clock: Clock,
): Promise<boolean> {
  const { database, keys, temporary } = opened;
  if (wholeFile(database, dblock, copy) !== undefined) {
    database.transaction(() => database.volumes.setVerified(dblock.id, clock.now()));
    return false;
  }
  using volume = await openVolume(
    { name: dblock.name, path: copy.path, format: 'ignore', damage: 'accept' },
    keys,
    (label) => temporary.newPath(label),
  );
  const { archive } = volume;
  await mover.take(dblock, archive, findReadableBlocks(opened, dblock, archive, usage));
  return true;
}
