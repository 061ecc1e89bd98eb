import type { FilesetRow } from '../../database/index.ts';
import {
  controlFileEntryName,
  FILELIST_ENTRY,
  FILESET_ENTRY,
  filelistPart,
  filelistPieces,
  MANIFEST_ENTRY,
  writeFilesetMarker,
  writeManifest,
} from '../../format/index.ts';
import { type BlockVolumeSettings, type VolumeFile, VolumeWriter } from '../../pipeline/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { type EntryEdit, selectedEntries } from './filelist-entries.ts';
import { type FilelistRange, filelistRanges } from './filelist-ranges.ts';
import type { ListHelper } from './list-helper.ts';

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
    /** Absent: one thread makes the list. */
    readonly helper?: ListHelper | undefined;
  },
): Promise<VolumeFile> {
  const { format, createdMs, appVersion, volume } = settings;
  const writer = new VolumeWriter(list.name, temporary.newPath('dlist'), volume);
  const { archive } = writer;
  archive.add(MANIFEST_ENTRY, writeManifest({ ...format, createdMs, appVersion }), 'compress');
  archive.add(FILESET_ENTRY, writeFilesetMarker(isFull), 'compress');
  for (const { name, bytes } of list.controlFiles) archive.add(controlFileEntryName(name), bytes, 'compress');
  const ranges = filelistRanges(database, seq);
  const makePart = (range: FilelistRange) =>
    filelistPart(selectedEntries(database, { seq, ...range }, format, list.edit));
  // The other thread sees only what is committed, and knows of no edit.
  const helper = list.edit === undefined && database.isCommitted ? list.helper : undefined;
  const divided = { databasePath: database.path, seq, format, ranges };
  const parts = (await helper?.divide(divided, makePart)) ?? ranges.values().map(makePart);
  archive.addPieces(FILELIST_ENTRY, filelistPieces(parts), 'compress');
  return writer.finish();
}
