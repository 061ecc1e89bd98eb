import type { FilesetRow, ListedEntry, LocalDatabase } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { filelistName } from '../upload-filelist/upload-filelist.ts';
import { writeFilelist } from '../upload-filelist/write-filelist.ts';
import { fetchControlFiles } from './control-files.ts';
import { replaceList } from './replace-list.ts';

/** What is changed in one version. */
export interface VersionChange {
  readonly fileset: FilesetRow;
  readonly removed: ReadonlySet<string>;
  /** Entries whose metadata is replaced, as they are afterwards. */
  readonly replaced: ReadonlyMap<string, ListedEntry>;
}

/**
 * Changes a version that is complete, as `replaceList` does. Returns its new time, in seconds since 1970.
 * Throws `no-free-time`.
 */
export async function rewriteVersion(
  opened: OpenedBackup,
  change: VersionChange,
  settings: BlockVolumeSettings,
  tools: Pick<OperationContext, 'clock' | 'log'>,
): Promise<number> {
  const { database } = opened;
  const { fileset, removed, replaced } = change;
  const old = fileset.volumeId === undefined ? undefined : database.volumes.get(fileset.volumeId);
  const controlFiles = old === undefined ? [] : await fetchControlFiles(opened, old, tools.log);
  const file = await writeFilelist(opened, fileset, settings, {
    name: filelistName(fileset.timestamp, settings),
    controlFiles,
    edit: (entry) => (removed.has(entry.path) ? undefined : (replaced.get(entry.path) ?? entry)),
  });
  const bookEdits = () => editEntries(database, change);
  return replaceList(opened, { fileset, file, bookEdits }, settings, tools);
}

function editEntries(database: LocalDatabase, { fileset: { seq }, removed, replaced }: VersionChange): void {
  const { entryEdits, filesets } = database;
  const all = [...filesets.versions(), ...filesets.incomplete()];
  const place = all.some((other) => other.seq > seq) ? 'older' : 'newest';
  for (const path of removed) entryEdits.remove(seq, path, place);
  for (const { path, metadata } of replaced.values()) entryEdits.setMetadata(seq, path, place, metadata);
}

/** Forgets what no version has any more. Call it after the last version was changed. */
export function dropUnusedRows(database: LocalDatabase): void {
  database.transaction(() => {
    database.entries.dropUnused();
    database.contents.dropUnused();
  });
}
