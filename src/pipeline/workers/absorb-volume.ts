import { rmSync } from 'node:fs';
import { blockHashOfEntryName, parseDindexEntryName } from '../../format/index.ts';
import type { SealedVolume } from '../block-volume.ts';
import type { BlockVolumeSettings } from '../block-volume-settings.ts';
import { openVolume } from '../volume-reader.ts';
import { keysOf } from '../volume-to-read.ts';
import type { VolumeFile } from '../volume-writer.ts';
import type { BlockStore } from './block-store.ts';

/**
 * Takes all blocks of another worker's small volume into the open volume of this one and removes its files.
 * Returns the name of the volume that has the blocks now, or `undefined` where both together would be larger
 * than a volume should be.
 */
export async function absorbVolume(
  volume: SealedVolume,
  settings: BlockVolumeSettings,
  store: BlockStore,
): Promise<string | undefined> {
  const target = store.open();
  if (target.sizeBytes + volume.dblock.sizeBytes > settings.dblockSizeBytes) return undefined;
  const open = (file: VolumeFile) =>
    openVolume(
      { name: file.name, path: file.path, format: settings.format },
      keysOf(settings.volume.encryption),
      (label) => `${file.path}-${label}`,
    );
  {
    using dblock = await open(volume.dblock);
    for (const entry of dblock.archive.entries) {
      const hash = blockHashOfEntryName(entry.name);
      if (hash !== undefined) target.copy(hash, dblock.archive, entry);
    }
  }
  if (volume.dindex !== undefined) {
    using dindex = await open(volume.dindex);
    for (const entry of dindex.archive.entries) {
      const parsed = parseDindexEntryName(entry.name);
      if (parsed?.kind === 'list')
        target.noteBlocklist(parsed.hash, dindex.archive.read(entry, settings.format.blocksizeBytes));
    }
    rmSync(volume.dindex.path);
  }
  rmSync(volume.dblock.path);
  return target.name;
}
