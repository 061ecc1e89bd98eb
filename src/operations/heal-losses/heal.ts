import type { Log } from '../../base/index.ts';
import type { ContentRow, LocalDatabase } from '../../database/index.ts';
import { findLosses, type Losses, nameOf } from './losses.ts';

/**
 * Lets every version use the blocks that were stored again in place of those that were lost: equal blocks have equal names. Once nothing is lost any more, what is left at the destination of the lost volumes is booked for
 * deletion; until then it stays, for what may still be found in it. Call when everything that was stored is booked.
 */
export function healLosses(database: LocalDatabase, losses: Losses, log: Log): void {
  if (losses.count === 0) return;
  const copies = findCopies(database, losses.blocks);
  const isWhole = database.transaction(() => {
    takeCopies(database, copies);
    completeContents(database);
    const left = findLosses(database);
    if (left.count === 0) forgetLosses(database);
    return left.count === 0;
  });
  if (copies.size > 0)
    log.write(
      'information',
      'blocks-healed',
      `Stored ${copies.size} blocks again that the destination had lost; all versions use them.`,
    );
  if (!isWhole)
    log.write(
      'warning',
      'blocks-lost',
      'The destination has lost data of earlier versions that the source does not have any more. Everything else restores; the command list-broken-files names what does not.',
    );
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

/** Ends the state of loss. No version needs what is left of the lost volumes: dblocks that cannot be read, and dindexes that describe none. */
export function forgetLosses({ configuration, volumes }: LocalDatabase): void {
  configuration.clear('blocks-lost');
  const dblocks = volumes.stored('dblock');
  const whole = new Set(dblocks.filter(({ areBlocksKnown }) => areBlocksKnown).map(({ id }) => id));
  for (const { id, areBlocksKnown } of dblocks) if (!areBlocksKnown) volumes.setState(id, 'deleting');
  for (const { id } of volumes.stored('dindex'))
    if (!volumes.indexedBy(id).some((dblock) => whole.has(dblock))) volumes.setState(id, 'deleting');
}
