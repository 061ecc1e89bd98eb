import type { FilesetSeq, LocalDatabase } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import { walk } from '../../sources/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { SourceSelection } from '../select-source/selection.ts';
import type { BackupSettings } from './backup-settings.ts';
import { Booking } from './booking.ts';
import { examineApart } from './examine-apart.ts';
import { emptyBackupResult } from './result.ts';

/**
 * Gives the version of a run that ended early the folders of what it holds: a folder is stored before its
 * content, but what was stored of it may have been lost with the run. They are read from the source as it is
 * now; one that is gone stays out.
 */
export async function completeFolders(
  opened: OpenedBackup,
  seq: FilesetSeq,
  { settings, volumes }: { readonly settings: BackupSettings; readonly volumes: BlockVolumeSettings },
  context: OperationContext,
): Promise<void> {
  const lacking = lackingFolders(opened.database, seq, settings.selection);
  if (lacking.size === 0) return;
  const jobs = findFolders(settings, lacking).map(
    (path) => ({ path, kind: 'folder', known: undefined }) as const,
  );
  const booking = new Booking(opened.database, seq, emptyBackupResult(), context.log);
  await examineApart(
    opened,
    {
      jobs,
      volumes,
      reading: settings,
      booking,
      onExamined: (examined, results, bytesRead) => booking.bookExamined(examined, results, bytesRead),
    },
    context,
  );
}

/** The folders, from the roots down, of the entries that the version added, without those that it has. */
function lackingFolders(
  { entries }: LocalDatabase,
  seq: FilesetSeq,
  { roots }: SourceSelection,
): ReadonlySet<string> {
  const lacking = new Set<string>();
  const known = new Set<string>();
  const tops = roots.map((root) => (root.endsWith('/') ? root : `${root}/`));
  for (const { path } of entries.addedBy(seq))
    for (const folder of foldersOf(path, tops)) {
      if (known.has(folder)) break;
      known.add(folder);
      if (entries.find(seq, folder) === undefined) lacking.add(folder);
    }
  return lacking;
}

/** The folders that a path lies in, the innermost first, up to the root. */
function* foldersOf(path: string, tops: readonly string[]): Generator<string> {
  let end = path.endsWith('/') ? path.length - 1 : path.length;
  for (;;) {
    end = path.lastIndexOf('/', end - 1);
    const folder = path.slice(0, end + 1);
    if (end < 0 || !tops.some((top) => folder.startsWith(top))) return;
    yield folder;
  }
}

/** Those that are there still, and that the user's rules choose. */
function findFolders({ selection, reading }: BackupSettings, lacking: ReadonlySet<string>): string[] {
  const found = walk(selection.roots, {
    accept: (entry) => (lacking.has(entry.path) ? selection.decide(entry).action : 'exclude'),
    ignoreFilenames: selection.ignoreFilenames,
    symlinks: selection.symlinks,
    relocations: reading.relocations,
    // What cannot be read now is told by the walk that follows.
    onProblem: () => {},
  });
  return [...found].flatMap((entries) => entries.map(({ path }) => path));
}
