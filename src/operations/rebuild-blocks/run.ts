import { BackupError } from '../../base/index.ts';
import type { FilesetSeq, LocalDatabase } from '../../database/index.ts';
import type { BlockVolumeSettings, Examined, ExaminedContent } from '../../pipeline/index.ts';
import { Booking } from '../backup/booking.ts';
import { examineApart } from '../backup/examine-apart.ts';
import type { ReadingSettings } from '../backup/reading.ts';
import { emptyBackupResult } from '../backup/result.ts';
import type { OperationContext } from '../context.ts';
import { healLosses } from '../heal-losses/heal.ts';
import { findLosses } from '../heal-losses/losses.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { findLostSources } from './lost-sources.ts';

export interface RebuildSettings extends ReadingSettings {
  /** Whether it is a failure that something stays lost although other things were found. */
  readonly partial: 'accept' | 'refuse';
}

/**
 * Stores lost blocks again from where they came from: files, folders and links of this machine that lie where
 * they lay and have what was lost. No version is made; all of them use what was found. What the source holds
 * beside is stored too, for the next backup. Throws `repair-incomplete` when nothing was found, and, where
 * the settings say so, when something stays lost.
 */
export async function rebuildBlocks(
  opened: OpenedBackup,
  volumes: BlockVolumeSettings,
  settings: RebuildSettings,
  context: OperationContext,
): Promise<void> {
  const { database } = opened;
  const losses = findLosses(database);
  if (losses.count === 0) return;
  // Blocks and volumes are booked as those of a backup; what they are parts of is not.
  const booking = new Booking(database, 0 as FilesetSeq, emptyBackupResult(), context.log);
  await examineApart(
    opened,
    {
      jobs: findLostSources(database, losses),
      volumes,
      reading: settings,
      booking,
      onExamined: (_jobs, results) => bookContents(database, results),
    },
    context,
  );
  await healLosses(opened, losses, context);
  const left = findLosses(database).count;
  database.transaction(() => database.contents.dropUnused());
  if (left > 0 && (settings.partial === 'refuse' || left === losses.count)) throw incomplete();
}

/** Contents of several blocks get a row, so that those whose list of blocks was lost can take it from there. */
function bookContents(database: LocalDatabase, results: readonly Examined[]): void {
  const add = (content: ExaminedContent) => {
    if (content.kind === 'list') database.contents.add(content);
  };
  database.gather(() => {
    for (const examined of results) {
      if (examined.outcome !== 'stored') continue;
      add(examined.content);
      add(examined.metadata);
    }
  });
}

function incomplete(): BackupError {
  return new BackupError(
    'repair-incomplete',
    'The files that the lost data came from are not there any more, or have changed, so not all of it could be stored again.',
    {
      hint: 'What was found is stored. See what is lost with list-broken-files; purge-broken-files takes it out of the versions, and everything else is in order then.',
    },
  );
}
