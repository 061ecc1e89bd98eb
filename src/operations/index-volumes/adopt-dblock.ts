import { FormatError } from '../../base/index.ts';
import { ReadMemory } from '../../compression/index.ts';
import { hashBytes } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { blockHashOfEntryName } from '../../format/index.ts';
import { hashFile, openVolume } from '../../pipeline/index.ts';
import { markUnsettled } from '../compact/settled.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';

/** Reads a dblock whose content is not known, checks every block in it, and books them, so that they are used instead of stored again. */
export async function adoptDblock(opened: OpenedBackup, dblock: VolumeRow): Promise<void> {
  const { remote, database, temporary, keys, format } = opened;
  using copy = await remote.fetch(dblock.name, () => temporary.newPath('dblock'));
  using volume = await openVolume({ name: dblock.name, path: copy.path, format }, keys, (label) =>
    temporary.newPath(label),
  );
  const memory = new ReadMemory();
  const blocks: { hash: Buffer; sizeBytes: number }[] = [];
  for (const entry of volume.archive.entries) {
    const hash = blockHashOfEntryName(entry.name);
    if (hash === undefined) continue;
    const bytes = volume.archive.read(entry, format.blocksizeBytes, memory);
    if (!hashBytes(format.blockHash, bytes).equals(hash)) {
      throw new FormatError('block-corrupt', `The block '${entry.name}' in '${dblock.name}' is damaged.`, {
        details: { volume: dblock.name },
      });
    }
    blocks.push({ hash, sizeBytes: bytes.length });
  }
  const file = hashFile(copy.path, format.fileHash);
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
