import { FormatError } from '../../base/index.ts';
import type { ArchiveEntry, ArchiveReader } from '../../compression/index.ts';
import { hashBytes } from '../../crypto/index.ts';
import type { BlockRow, LocalDatabase, VolumeRow } from '../../database/index.ts';
import { blockEntryName } from '../../format/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { BlockUsage } from '../space/block-usage.ts';

/** A block in an open volume that has to be kept. */
export interface KeptBlock {
  readonly hash: Buffer;
  readonly entry: ArchiveEntry;
  /** The rows that stand for it; more than one where it was stored twice. */
  readonly ids: readonly number[];
  readonly isBlocklist: boolean;
}

/**
 * The needed blocks of a dblock in the order of its archive. Throws a `FormatError` when the archive lacks
 * one, or holds another content under its name: then none of them may be copied.
 */
export function findKeptBlocks(
  { database, format, target }: OpenedBackup,
  dblock: VolumeRow,
  archive: ArchiveReader,
  usage: BlockUsage,
): KeptBlock[] {
  const rows = neededRows(database, dblock, usage);
  const kept: KeptBlock[] = [];
  const isChecked = dblock.hash !== undefined && target.checks?.hashes !== 'skip';
  for (const entry of archive.entries) {
    const [row, ...others] = rows.get(entry.name) ?? [];
    if (row === undefined) continue;
    rows.delete(entry.name);
    const ids = [row.id, ...others.map(({ id }) => id)];
    // Where the hash of the whole volume is known, it was usually checked already.
    const isSame =
      entry.sizeBytes === row.sizeBytes &&
      (isChecked || hashBytes(format.blockHash, archive.read(entry, format.blocksizeBytes)).equals(row.hash));
    if (!isSame) throw damaged(dblock, entry.name);
    kept.push({ hash: row.hash, entry, ids, isBlocklist: ids.some((id) => usage.blocklists.has(id)) });
  }
  const [lacking] = rows.keys();
  if (lacking !== undefined) throw damaged(dblock, lacking);
  return kept;
}

/** The needed blocks by the names of their entries. */
function neededRows(
  database: LocalDatabase,
  dblock: VolumeRow,
  { used }: BlockUsage,
): Map<string, BlockRow[]> {
  const rows = new Map<string, BlockRow[]>();
  for (const row of database.blocks.ofVolume(dblock.id)) {
    if (!used.has(row.id)) continue;
    const name = blockEntryName(row.hash);
    const others = rows.get(name);
    if (others === undefined) rows.set(name, [row]);
    else others.push(row);
  }
  return rows;
}

function damaged({ name }: VolumeRow, block: string): FormatError {
  return new FormatError('block-corrupt', `The block '${block}' in '${name}' is missing or damaged.`, {
    details: { volume: name },
  });
}
