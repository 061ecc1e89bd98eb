import type { LocalDatabase } from '../../database/index.ts';
import type { BackupSettings } from './backup-settings.ts';

/*
 * Extended attributes can ask to leave a file out. To ask for those of every file in every run would take longer than everything else of an unchanged backup, and a file that looks unchanged has no
 * new attributes. So they are looked at when a file is read, and what must be remembered is whether the version before was made with the marks ignored.
 */

/** Remembers whether marked files are stored. True where the version before may hold some, and this one is not to. */
export function beginMarks(database: LocalDatabase, { selection }: BackupSettings): boolean {
  if (selection.marks === 'ignore')
    database.transaction(() => database.configuration.set('marked-stored', 'true'));
  return selection.marks === 'later' && database.configuration.get('marked-stored') !== undefined;
}

/** To be called when the whole source was looked at, together with what stores the version or drops it. */
export function settleMarks(database: LocalDatabase, { selection, changed }: BackupSettings): void {
  if (selection.marks !== 'ignore' && changed === undefined) database.configuration.clear('marked-stored');
}
