import { join } from 'node:path';
import {
  listEntryName,
  MANIFEST_ENTRY,
  volEntryName,
  writeDindexVolume,
  writeManifest,
} from '../format/index.ts';
import { type BlockVolumeSettings, newVolumeName } from './block-volume-settings.ts';
import { type VolumeFile, VolumeWriter } from './volume-writer.ts';

/** What a dindex says of one dblock. */
export interface DindexContent {
  readonly dblock: { readonly name: string; readonly sizeBytes: number; readonly hash: Uint8Array };
  readonly blocks: Iterable<{ readonly hash: Uint8Array; readonly sizeBytes: number }>;
  /** Blocklists that are stored in the dblock, by their block hash; none under policy `lookup`. */
  readonly blocklists: Iterable<{ readonly hash: Uint8Array; readonly bytes: Uint8Array }>;
}

/** Writes a dindex for the given dblocks under a new name. */
export async function writeDindexFile(
  settings: BlockVolumeSettings,
  contents: readonly DindexContent[],
): Promise<VolumeFile> {
  const name = newVolumeName('dindex', settings);
  const writer = new VolumeWriter(name, join(settings.folder, name), settings.volume);
  const { archive } = writer;
  const written = new Set<string>();
  archive.add(
    MANIFEST_ENTRY,
    writeManifest({ ...settings.format, createdMs: settings.createdMs, appVersion: settings.appVersion }),
    'compress',
  );
  for (const { blocklists } of contents) {
    for (const { hash, bytes } of blocklists) {
      const entry = listEntryName(hash);
      if (written.has(entry)) continue;
      written.add(entry);
      archive.add(entry, bytes, 'store');
    }
  }
  for (const { dblock, blocks } of contents) {
    archive.add(volEntryName(dblock.name), writeDindexVolume(blocks, dblock), 'compress');
  }
  return writer.finish();
}
