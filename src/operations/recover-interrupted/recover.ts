import type { Log } from '../../base/index.ts';
import type { FilesetRow, FilesetSeq, LocalDatabase } from '../../database/index.ts';
import { markUnsettled } from '../space/unsettled.ts';
import { hasStoredList, takeBackUnstored } from './take-back.ts';

/**
 * Makes the version of a run that ended early consistent with what it stored: entries whose blocks never
 * arrived go back to what the version before says. Call after the listing was booked. Returns the version
 * when it holds anything new and has no file list at the destination: the caller stores one for it, as a
 * partial version.
 */
export function recoverInterrupted(
  database: LocalDatabase,
  log: Log,
  synthetic: 'make' | 'drop',
): FilesetSeq | undefined {
  return database.transaction(() => {
    takeBackUnstored(database);
    let toStore: FilesetSeq | undefined;
    for (const fileset of database.filesets.incomplete()) {
      if (hasStoredList(database, fileset)) {
        database.filesets.complete(fileset.seq);
        log.write(
          'information',
          'version-recovered',
          'The last run had stored its version before it ended early.',
        );
        continue;
      }
      const isKept = synthetic === 'make' && database.entries.addedBy(fileset.seq).length > 0;
      if (isKept) toStore = fileset.seq;
      else giveUp(database, fileset);
    }
    return toStore;
  });
}

function giveUp(database: LocalDatabase, fileset: FilesetRow): void {
  const newest = database.filesets.versions()[0]?.seq ?? (0 as FilesetSeq);
  if (newest < fileset.seq) database.entries.endWith(newest);
  database.filesets.remove(fileset.seq);
  database.contents.dropUnused();
  markUnsettled(database);
  if (fileset.volumeId !== undefined) database.volumes.remove(fileset.volumeId);
}
