import type { FilesetRow, ListedEntry, LocalDatabase } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import { uploadReplacement } from '../../transfer/index.ts';
import { markUnsettled } from '../compact/settled.ts';
import type { OperationContext } from '../context.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';
import { filelistName } from '../upload-filelist/upload-filelist.ts';
import { writeFilelist } from '../upload-filelist/write-filelist.ts';
import { fetchControlFiles } from './control-files.ts';
import { freeTimeBeside } from './free-time.ts';

/** What is changed in one version. */
export interface VersionChange {
  readonly fileset: FilesetRow;
  readonly removed: ReadonlySet<string>;
  /** Entries whose metadata is replaced, as they are afterwards. */
  readonly replaced: ReadonlyMap<string, ListedEntry>;
}

/**
 * Changes a version that is complete: a new file list is stored under a new time, then the version is switched over to it and the old list is deleted. Until the switch, which is one transaction, the new list counts as something
 * to be deleted; from then on the old one does. Wherever the run ends, the version is either as it was or as it shall be. Returns its new time, in seconds since 1970. Throws `no-free-time`.
 */
export async function rewriteVersion(
  opened: OpenedBackup,
  change: VersionChange,
  settings: BlockVolumeSettings,
  { clock, log }: Pick<OperationContext, 'clock' | 'log'>,
): Promise<number> {
  const { database, remote } = opened;
  const { fileset, removed, replaced } = change;
  const old = fileset.volumeId === undefined ? undefined : database.volumes.get(fileset.volumeId);
  const controlFiles = old === undefined ? [] : await fetchControlFiles(opened, old, log);
  const file = await writeFilelist(opened, fileset, settings, {
    name: filelistName(fileset.timestamp, settings),
    controlFiles,
    edit: (entry) => (removed.has(entry.path) ? undefined : (replaced.get(entry.path) ?? entry)),
  });
  let timestamp = fileset.timestamp;
  const newName = () => {
    timestamp = freeTimeBeside(opened, fileset);
    const name = filelistName(timestamp, settings);
    const deleted = database.volumes.find(name);
    if (deleted !== undefined) database.volumes.remove(deleted.id);
    return name;
  };
  const stored = await uploadReplacement(remote, database, { kind: 'dlist', file, newName });
  database.transaction(() => {
    editEntries(database, change);
    const { seq } = fileset;
    database.volumes.setState(stored.id, 'uploaded');
    database.filesets.setVolume(seq, stored.id);
    database.filesets.setTime(seq, timestamp);
    database.filesets.describe(seq, fileset.isFull ? 'full' : 'partial', database.entries.totals(seq));
    if (old !== undefined) database.volumes.setState(old.id, 'deleting');
    markUnsettled(database);
  });
  if (old !== undefined) await deleteVolume(old.id, { remote, database, log, clock });
  return timestamp;
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
