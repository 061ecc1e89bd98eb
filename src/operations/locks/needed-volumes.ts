import { IdSet } from '../../base/index.ts';
import type { FilesetRow, LocalDatabase, VolumeId, VolumeRow } from '../../database/index.ts';

/**
 * Every stored volume without which one of the versions could not be restored: their file lists, the dblocks
 * that hold their blocks, and the indexes of those.
 */
export function neededVolumes(database: LocalDatabase, versions: readonly FilesetRow[]): VolumeRow[] {
  const { volumes } = database;
  const ids = dblocksOf(database, versions);
  for (const id of [...ids]) for (const dindex of volumes.indexesOf(id)) ids.add(dindex);
  for (const { volumeId } of versions) if (volumeId !== undefined) ids.add(volumeId);
  return volumes
    .all()
    .filter(({ id, state }) => ids.has(id) && (state === 'uploaded' || state === 'verified'));
}

function dblocksOf(database: LocalDatabase, versions: readonly FilesetRow[]): Set<VolumeId> {
  const needed = neededBlocks(database, versions);
  const ids = new Set<VolumeId>();
  for (const { id, volumeId } of database.blocks.places()) if (needed.has(id)) ids.add(volumeId);
  return ids;
}

/** Memory: a bit a block. */
function neededBlocks({ entries, contents }: LocalDatabase, versions: readonly FilesetRow[]): IdSet {
  const needed = new IdSet();
  for (const { seq } of versions)
    for (const reference of entries.references(seq)) {
      if (reference < 0) needed.add(-reference);
      if (reference <= 0) continue;
      const { blocks, blocklists } = contents.get(reference);
      for (const id of blocks) needed.add(id);
      for (const id of blocklists) needed.add(id);
    }
  return needed;
}
