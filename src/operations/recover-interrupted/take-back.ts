import { IdSet } from '../../base/index.ts';
import type { FilesetRow, FilesetSeq, LocalDatabase } from '../../database/index.ts';

/**
 * Takes back what a run that ended early says of entries whose blocks never arrived: they go back to what the
 * version before says. Call in the transaction that books what the listing proved gone, before any new block
 * is booked: ids of blocks that are gone are given again, and nothing may be left that means the old ones.
 */
export function takeBackUnstored(database: LocalDatabase): void {
  const interrupted = database.filesets.incomplete().filter((fileset) => !hasStoredList(database, fileset));
  if (interrupted.length === 0) return;
  const isStored = storedReferences(database);
  const taken = interrupted.map(({ seq }) => takeBack(database, seq, isStored));
  if (taken.some((count) => count > 0)) database.contents.dropUnused();
}

/** True where the list of a version lies at the destination: then the version was complete when the run ended. */
export function hasStoredList({ volumes }: LocalDatabase, { volumeId }: FilesetRow): boolean {
  const list = volumeId === undefined ? undefined : volumes.all().find(({ id }) => id === volumeId);
  return list?.state === 'uploaded' || list?.state === 'verified';
}

/** Returns how many. */
function takeBack(
  { entries }: LocalDatabase,
  seq: FilesetSeq,
  isStored: (reference: number) => boolean,
): number {
  const lost = entries
    .addedBy(seq)
    .filter(({ content, metadata }) => !isStored(content) || !isStored(metadata));
  for (const { path } of lost) entries.revert(seq, path);
  return lost.length;
}

/** Tells whether everything that a reference stands for lies in dblocks at the destination. */
function storedReferences({ blocks, contents }: LocalDatabase): (reference: number) => boolean {
  const stored = new IdSet();
  for (const { id } of blocks.stored()) stored.add(id);
  const isThere = (id: number) => stored.has(id);
  return (reference) => {
    if (reference === 0) return true;
    if (reference < 0) return isThere(-reference);
    const content = contents.get(reference);
    return content.blocks.every(isThere) && content.blocklists.every(isThere);
  };
}
