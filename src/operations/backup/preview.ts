import { ENTRY_KINDS, type EntryKind, type EntryRow, LocalDatabase } from '../../database/index.ts';
import { walk } from '../../sources/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupSettings } from './backup-settings.ts';
import { kindOf } from './booking.ts';
import { checkSources } from './check-sources.ts';
import { type BackupResult, type EntryCounts, emptyBackupResult } from './result.ts';
import { countExamined, looksUnchanged, Merge, reportProblem } from './scan.ts';

/**
 * What a backup would do, from a walk of the source beside the local database: nothing is read of any file, nothing is sent, nothing is written. Without a database everything counts as new. Files that
 * look changed may turn out to be the same.
 */
export async function previewBackup(
  databasePath: string | undefined,
  settings: BackupSettings,
  context: OperationContext,
): Promise<BackupResult> {
  checkSources(settings.sources);
  using database = databasePath === undefined ? undefined : LocalDatabase.open(databasePath);
  const result = emptyBackupResult();
  const merge = new Merge(database?.entries.open() ?? []);
  const note = (text: string) => context.log.write('dry-run', 'backup-preview', text);
  const noteGone = (row: EntryRow) => {
    countsOf(result, row.kind).deleted++;
    note(`Would leave out '${row.path}', which is gone.`);
  };
  const walked = walk(settings.sources, {
    accept: settings.accept,
    ignoreFilenames: settings.ignoreFilenames,
    symlinks: settings.reading.symlinks,
    isStopping: context.control.isStopping,
    onProblem: (problem) => reportProblem(problem, result, context),
  });
  for (const entries of walked) {
    context.control.signal.throwIfAborted();
    for (const entry of entries) {
      const { previous, gone } = merge.advanceTo(entry.path);
      gone.forEach(noteGone);
      countExamined(result, entry);
      if (entry.kind === 'file') result.examinedBytes += entry.stat.size;
      if (previous !== undefined && looksUnchanged(entry, previous, settings)) continue;
      const kind = kindOf({
        kind: entry.kind === 'folder' || entry.kind === 'symlink' ? entry.kind : 'file',
      });
      const counts = countsOf(result, kind);
      if (previous === undefined) counts.added++;
      else counts.modified++;
      if (entry.kind === 'file') result.openedBytes += entry.stat.size;
      note(`Would ${previous === undefined ? 'add' : 'look at'} '${entry.path}'.`);
    }
  }
  for (const row of merge.rest()) noteGone(row);
  return result;
}

function countsOf(result: BackupResult, kind: EntryKind): EntryCounts {
  if (kind === ENTRY_KINDS.folder) return result.folders;
  return kind === ENTRY_KINDS.symlink ? result.symlinks : result.files;
}
