import type { FilesetRow } from '../../database/index.ts';
import {
  controlFileEntryName,
  FILELIST_ENTRY,
  FILESET_ENTRY,
  filelistPieces,
  MANIFEST_ENTRY,
  writeFilesetMarker,
  writeManifest,
} from '../../format/index.ts';
import { type BlockVolumeSettings, type VolumeFile, VolumeWriter } from '../../pipeline/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { type EntryEdit, filelistEntries } from './filelist-entries.ts';

/** A file of the user that is stored with a version. */
export interface ControlFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes the file list of a version into a temporary file, as the database has the version, or with the given
 * changes.
 */
export async function writeFilelist(
  { database, temporary }: OpenedBackup,
  { seq, isFull }: FilesetRow,
  settings: BlockVolumeSettings,
  list: {
    readonly name: string;
    readonly controlFiles: readonly ControlFile[];
    readonly edit?: EntryEdit;
  },
): Promise<VolumeFile> {
  const { format, createdMs, appVersion, volume } = settings;
  const writer = new VolumeWriter(list.name, temporary.newPath('dlist'), volume);
  const { archive } = writer;
  archive.add(MANIFEST_ENTRY, writeManifest({ ...format, createdMs, appVersion }), 'compress');
  archive.add(FILESET_ENTRY, writeFilesetMarker(isFull), 'compress');
  for (const { name, bytes } of list.controlFiles) archive.add(controlFileEntryName(name), bytes, 'compress');
  archive.addPieces(
    FILELIST_ENTRY,
    filelistPieces(filelistEntries(database, seq, format, list.edit)),
    'compress',
  );
  return writer.finish();
}
