import type { Log } from '../../base/index.ts';
import type { FilesetSeq } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import { indexVolumes } from '../index-volumes/run.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { filelistName, nextFreeTime, uploadFilelist } from '../upload-filelist/upload-filelist.ts';
import { recoverInterrupted } from './recover.ts';

export interface InterruptedSettings {
  readonly volumes: BlockVolumeSettings;
  readonly synthetic: 'make' | 'drop';
  /** Called before the version is stored, for what can be added to it. */
  readonly complete?: (seq: FilesetSeq) => Promise<void>;
}

/**
 * Stores what an interrupted run left as a partial version, or gives it up. Where a version is made the
 * numbers of the others shift by one, so nothing that was chosen by number may follow.
 */
export async function storeInterruptedVersion(
  opened: OpenedBackup,
  { volumes, synthetic, complete }: InterruptedSettings,
  log: Log,
): Promise<void> {
  const { database } = opened;
  const seq = recoverInterrupted(database, log, synthetic);
  if (seq === undefined) return;
  await complete?.(seq);
  await indexVolumes(opened, volumes, log);
  database.transaction(() => {
    const timestamp = nextFreeTime(opened, database.filesets.get(seq).timestamp);
    const id = database.volumes.add({
      name: filelistName(timestamp, volumes),
      kind: 'dlist',
      state: 'temporary',
    });
    database.filesets.setTime(seq, timestamp);
    database.filesets.setVolume(seq, id);
    database.filesets.describe(seq, 'partial', database.entries.totals(seq));
  });
  await uploadFilelist(opened, seq, volumes);
  log.write(
    'information',
    'synthetic-version',
    'The last run ended early. What it had stored was made a partial version, and this run goes on from it.',
  );
}
