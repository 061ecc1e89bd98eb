import { FormatError } from '../../base/index.ts';
import { type ArchiveEntry, type ArchiveReader, ReadMemory } from '../../compression/index.ts';
import { hashBytes } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { blockEntryName, type FormatSettings } from '../../format/index.ts';
import { isUnreadable } from '../../pipeline/index.ts';
import type { KeptBlock } from '../move-blocks/source-volume.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { BlockUsage } from '../space/block-usage.ts';

/** The needed blocks of a damaged dblock that can still be read out of its archive and are what their names say. */
export function findReadableBlocks(
  { database, format }: Pick<OpenedBackup, 'database' | 'format'>,
  dblock: VolumeRow,
  archive: ArchiveReader,
  { used, blocklists }: BlockUsage,
): KeptBlock[] {
  const idsByName = new Map<string, number[]>();
  for (const { id, hash } of database.blocks.ofVolume(dblock.id)) {
    if (!used.has(id)) continue;
    const name = blockEntryName(hash);
    const ids = idsByName.get(name);
    if (ids === undefined) idsByName.set(name, [id]);
    else ids.push(id);
  }
  const memory = new ReadMemory();
  const readable: KeptBlock[] = [];
  for (const entry of archive.entries) {
    const ids = idsByName.get(entry.name);
    const hash = ids && readHash(archive, entry, format, memory);
    if (ids === undefined || hash === undefined || blockEntryName(hash) !== entry.name) continue;
    readable.push({ hash, entry, ids, isBlocklist: ids.some((id) => blocklists.has(id)) });
  }
  return readable;
}

/** The hash of what an entry holds; `undefined` where it cannot be read or unpacked. */
function readHash(
  archive: ArchiveReader,
  entry: ArchiveEntry,
  { blocksizeBytes, blockHash }: FormatSettings,
  memory: ReadMemory,
): Buffer | undefined {
  try {
    return hashBytes(blockHash, archive.read(entry, blocksizeBytes, memory));
  } catch (error) {
    if (!(error instanceof FormatError || isUnreadable(error))) throw error;
    return undefined;
  }
}
