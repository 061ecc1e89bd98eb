import { FormatError, type Log } from '../../base/index.ts';
import { ReadMemory } from '../../compression/index.ts';
import { hashBytes } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { blockHashOfEntryName } from '../../format/index.ts';
import { hashFile, openVolume } from '../../pipeline/index.ts';
import { readVolume } from '../../transfer/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { volumeToRead } from '../opened-backup/volume-to-read.ts';
import { markUnsettled } from '../space/unsettled.ts';

/**
 * Reads a dblock whose content is not known, checks every block in it, and books them, so that they are used
 * instead of stored again.
 */
export async function adoptDblock(opened: OpenedBackup, dblock: VolumeRow, log: Log): Promise<void> {
  const { remote, database, temporary, format } = opened;
  const newPath = (label: string) => temporary.newPath(label);
  const { blocks, file } = await readVolume({ remote, name: dblock.name, newPath, log }, async (path) => ({
    blocks: await readBlocks(opened, dblock, path),
    file: hashFile(path, format.fileHash),
  }));
  database.transaction(() => {
    const first = database.blocks.maxId() + 1;
    blocks.forEach((block, index) => {
      database.blocks.add(first + index, { ...block, volumeId: dblock.id });
    });
    database.volumes.setFile(dblock.id, file);
    markUnsettled(database);
    database.volumes.setBlocks(
      dblock.id,
      blocks.length === 0 ? undefined : { first, last: first + blocks.length - 1 },
    );
  });
}

async function readBlocks(
  opened: OpenedBackup,
  dblock: VolumeRow,
  path: string,
): Promise<{ readonly hash: Buffer; readonly sizeBytes: number }[]> {
  const { temporary, keys, format } = opened;
  const { name } = dblock;
  using volume = await openVolume(volumeToRead(opened, dblock, path), keys, (label) =>
    temporary.newPath(label),
  );
  const memory = new ReadMemory();
  return volume.archive.entries.flatMap((entry) => {
    const hash = blockHashOfEntryName(entry.name);
    if (hash === undefined) return [];
    const bytes = volume.archive.read(entry, format.blocksizeBytes, memory);
    if (hashBytes(format.blockHash, bytes).equals(hash)) return [{ hash, sizeBytes: bytes.length }];
    throw new FormatError('block-corrupt', `The block '${entry.name}' in '${name}' is damaged.`, {
      details: { volume: name },
    });
  });
}
