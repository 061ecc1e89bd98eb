import {
  BackupCrew,
  type BackupCrewEvents,
  type BlockVolumeSettings,
  type ExamineJob,
} from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import { knownBlocks } from './block-table.ts';
import type { Booking } from './booking.ts';
import type { ReadingSettings } from './reading.ts';

const BATCH_ENTRIES = 128;

export interface ExaminingApart {
  readonly jobs: readonly ExamineJob[];
  readonly volumes: BlockVolumeSettings;
  readonly reading: ReadingSettings;
  /** Books blocks and volumes. */
  readonly booking: Booking;
  /** Books what the entries are. */
  readonly onExamined: BackupCrewEvents['onExamined'];
}

/** Has some entries read and stored that no walk of a backup has found, up to the last dindex. Makes no version. */
export async function examineApart(
  opened: OpenedBackup,
  { jobs, volumes, reading, booking, onExamined }: ExaminingApart,
  { control }: Pick<OperationContext, 'control'>,
): Promise<void> {
  const uploads = new DblockUploads(opened, volumes, reading.parallelUploads);
  await using crew = new BackupCrew(
    {
      known: knownBlocks(opened.database),
      volumes,
      source: reading.reading,
      workers: reading.workers,
      cpuTenths: reading.cpuTenths,
      parallelUploads: reading.parallelUploads,
    },
    {
      onBlocks: (blocks) => booking.bookBlocks(blocks),
      onExamined,
      onVolume: (volume) =>
        uploads.add(booking.bookVolume(volume), volume, { onEnd: (failure) => crew.endUpload(failure) }),
      onMoved: (from, into) => booking.bookMoved(from, into),
    },
  );
  try {
    for (let start = 0; start < jobs.length; start += BATCH_ENTRIES) {
      await uploads.room();
      await crew.submit(jobs.slice(start, start + BATCH_ENTRIES), control.signal);
    }
    await crew.finish(control.signal);
    await uploads.drain();
  } finally {
    await uploads.cancel();
  }
}
