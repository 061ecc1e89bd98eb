import type { ContentRow, LocalDatabase } from '../../database/index.ts';
import type { OperationContext } from '../context.ts';
import { deleteGivenUp } from '../locks/delete-volume.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { findLosses, type Losses, nameOf } from './losses.ts';
import { tellLosses } from './tell-losses.ts';

/**
 * Lets every version use the blocks that were stored again in place of those that were lost: equal blocks
 * have equal names. Once nothing is lost any more, what is left at the destination of the lost volumes is
 * deleted; until then it stays, for what may still be found in it. What stays lost is told. Call when
 * everything that was stored is booked, with its dindexes.
 */
export async function healLosses(
  opened: OpenedBackup,
  losses: Losses,
  context: Pick<OperationContext, 'log' | 'clock'>,
): Promise<void> {
  if (losses.count === 0) return;
  const { database } = opened;
  const healed = database.transaction(() => useCopies(database, losses));
  if (healed > 0)
    context.log.write(
      'information',
      'blocks-healed',
      `Blocks that were lost or damaged at the destination are stored elsewhere now: ${healed}. All versions use them.`,
    );
  tellLosses(database, context.log);
  await deleteGivenUp(opened, context);
}

/**
 * Lets every version use stored blocks in place of equal ones that are lost. Where nothing is lost any more
 * then, the state of loss ends. Returns for how many blocks. Call it in a transaction.
 */
export function useCopies(database: LocalDatabase, losses: Losses): number {
  const copies = findCopies(database, losses.blocks);
  takeCopies(database, copies);
  completeContents(database);
  if (findLosses(database).count === 0) forgetLosses(database);
  return copies.size;
}

/** Stored blocks that equal lost ones, by the ids of those. */
function findCopies(database: LocalDatabase, lost: ReadonlySet<number>): Map<number, number> {
  const wanted = new Map<string, number>();
  for (const id of lost) {
    const block = database.blocks.get(id);
    if (block !== undefined) wanted.set(nameOf(block), id);
  }
  const copies = new Map<number, number>();
  for (const block of database.blocks.stored()) {
    const id = wanted.get(nameOf(block));
    if (id !== undefined) copies.set(id, block.id);
  }
  return copies;
}

function takeCopies({ blocks, contents, entries }: LocalDatabase, copies: ReadonlyMap<number, number>): void {
  const isHealed = (id: number) => copies.has(id);
  const replace = (ids: Uint32Array) => ids.map((id) => copies.get(id) ?? id);
  for (const content of [...contents.all()]) {
    if (content.blocks.some(isHealed)) contents.setBlocks(content.id, replace(content.blocks));
    if (content.blocklists.some(isHealed)) contents.setBlocklists(content.id, replace(content.blocklists));
  }
  for (const [lost, copy] of copies) {
    entries.replaceBlock(lost, copy);
    blocks.drop(lost);
  }
}

/** Content whose list of blocks was lost is like the one of equal hash that was stored again. */
function completeContents({ contents }: LocalDatabase): void {
  const all = [...contents.all()];
  const isBare = ({ blocks, sizeBytes }: ContentRow) => blocks.length === 0 && sizeBytes > 0;
  const bare = new Map(all.filter(isBare).map((content) => [nameOf(content), content.id]));
  for (const content of all) {
    const id = isBare(content) ? undefined : bare.get(nameOf(content));
    if (id === undefined) continue;
    contents.setBlocks(id, content.blocks);
    contents.setBlocklists(id, content.blocklists);
  }
}

/**
 * Ends the state of loss. No version needs what is left of the lost volumes: dblocks that cannot be read, and
 * dindexes that describe none. They are booked for deletion.
 */
export function forgetLosses(database: LocalDatabase): void {
  const { configuration, volumes } = database;
  configuration.clear('blocks-lost');
  for (const { id, areBlocksKnown } of volumes.stored('dblock'))
    if (!areBlocksKnown) volumes.setState(id, 'deleting');
  giveUpEmptyIndexes(database);
}

/** Books the dindexes for deletion that describe no dblock whose blocks are known. */
export function giveUpEmptyIndexes({ volumes }: LocalDatabase): void {
  const dblocks = volumes.stored('dblock').filter(({ areBlocksKnown }) => areBlocksKnown);
  const whole = new Set(dblocks.map(({ id }) => id));
  for (const { id } of volumes.stored('dindex'))
    if (!volumes.indexedBy(id).some((dblock) => whole.has(dblock))) volumes.setState(id, 'deleting');
}
