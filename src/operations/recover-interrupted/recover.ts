import type { Log } from '../../base/index.ts';
import type { EntryRow, FilesetRow, FilesetSeq, LocalDatabase } from '../../database/index.ts';
import { markUnsettled } from '../compact/settled.ts';

/**
 * Makes the version of a run that ended early consistent with what it stored: entries whose blocks never arrived go back to what the version before says. Call after the
 * listing was booked. Returns the version when it holds anything new and has no file list at the destination: the caller stores one for it, as a partial version.
 */
export function recoverInterrupted(
  database: LocalDatabase,
  log: Log,
  synthetic: 'make' | 'drop',
): FilesetSeq | undefined {
  return database.transaction(() => {
    let toStore: FilesetSeq | undefined;
    for (const fileset of database.filesets.incomplete()) {
      if (hasStoredList(database, fileset)) {
        database.filesets.complete(fileset.seq);
        log.write(
          'information',
          'version-recovered',
          'The last run had stored its version before it ended early.',
        );
        continue;
      }
      const isKept = synthetic === 'make' && keepStoredEntries(database, fileset.seq);
      if (isKept) toStore = fileset.seq;
      else giveUp(database, fileset);
    }
    return toStore;
  });
}

function hasStoredList(database: LocalDatabase, fileset: FilesetRow): boolean {
  const volume =
    fileset.volumeId === undefined
      ? undefined
      : database.volumes.all().find(({ id }) => id === fileset.volumeId);
  return volume?.state === 'uploaded' || volume?.state === 'verified';
}

/** Takes back the entries that miss blocks. True when something new is left. */
function keepStoredEntries(database: LocalDatabase, seq: FilesetSeq): boolean {
  const hasBlock = blockLookup(database);
  const isStored = (reference: number) => {
    if (reference === 0) return true;
    if (reference < 0) return hasBlock(-reference);
    const { blocks, blocklists } = database.contents.get(reference);
    return blocks.every(hasBlock) && blocklists.every(hasBlock);
  };
  const added = database.entries.addedBy(seq);
  const lost = added.filter((entry: EntryRow) => !isStored(entry.content) || !isStored(entry.metadata));
  for (const entry of lost) database.entries.revert(seq, entry.path);
  return added.length > lost.length;
}

/** One bit for each block id that the database has. */
function blockLookup(database: LocalDatabase): (id: number) => boolean {
  const bits = new Uint8Array((database.blocks.maxId() >> 3) + 1);
  for (const { id } of database.blocks.stored()) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
  return (id) => ((bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;
}

function giveUp(database: LocalDatabase, fileset: FilesetRow): void {
  const newest = database.filesets.versions()[0]?.seq ?? (0 as FilesetSeq);
  if (newest < fileset.seq) database.entries.endWith(newest);
  database.filesets.remove(fileset.seq);
  markUnsettled(database);
  if (fileset.volumeId !== undefined) database.volumes.remove(fileset.volumeId);
}
