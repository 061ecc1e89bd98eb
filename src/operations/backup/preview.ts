import { ENTRY_KINDS, type EntryKind, type EntryRow, LocalDatabase } from '../../database/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupSettings } from './backup-settings.ts';
import { kindOf } from './booking.ts';
import { checkSources } from './check-sources.ts';
import { type BackupResult, countExamined, type EntryCounts, emptyBackupResult } from './result.ts';
import { looksUnchanged, Merge } from './scan.ts';
import type { FoundEntry } from './walk/found-entry.ts';
import { walkSource } from './walk/walk-source.ts';

/**
 * What a backup would do, from a walk of the source beside the local database: nothing is read of any file,
 * nothing is sent, nothing is written. Without a database everything counts as new. Files that look changed
 * may turn out to be the same.
 */
export async function previewBackup(
  databasePath: string | undefined,
  settings: BackupSettings,
  context: OperationContext,
): Promise<BackupResult> {
  checkSources(settings);
  using database = databasePath === undefined ? undefined : LocalDatabase.open(databasePath);
  const result = emptyBackupResult();
  const merge = new Merge(database?.entries.open() ?? []);
  const note = (text: string) => context.log.write('dry-run', 'backup-preview', text);
  const noteGone = (row: EntryRow) => {
    countsOf(result, row.kind).deleted++;
    note(`Would leave out '${row.path}', which is gone.`);
  };
  for (const entries of walkSource(settings, result, context)) {
    context.control.signal.throwIfAborted();
    for (const entry of entries) {
      const { previous, gone } = merge.advanceTo(entry.path);
      gone.forEach(noteGone);
      countExamined(result, entry.kind);
      if (entry.kind === 'file') result.examinedBytes += entry.stat.size;
      if (previous === undefined || !looksUnchanged(entry, previous, settings))
        noteEntry(entry, previous, { result, note });
    }
  }
  for (const row of merge.rest()) noteGone(row);
  return result;
}

function noteEntry(
  entry: FoundEntry,
  previous: EntryRow | undefined,
  { result, note }: { readonly result: BackupResult; readonly note: (text: string) => void },
): void {
  const kind = kindOf({ kind: entry.kind === 'folder' || entry.kind === 'symlink' ? entry.kind : 'file' });
  const counts = countsOf(result, kind);
  if (previous === undefined) counts.added++;
  else counts.modified++;
  if (entry.kind === 'file') result.openedBytes += entry.stat.size;
  note(`Would ${previous === undefined ? 'add' : 'look at'} '${entry.path}'.`);
}

function countsOf(result: BackupResult, kind: EntryKind): EntryCounts {
  if (kind === ENTRY_KINDS.folder) return result.folders;
  return kind === ENTRY_KINDS.symlink ? result.symlinks : result.files;
}
