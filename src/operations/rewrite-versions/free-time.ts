import { BackupError } from '../../base/index.ts';
import type { FilesetRow } from '../../database/index.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';
import { takenTimes } from '../upload-filelist/upload-filelist.ts';

/** A second for a version that is stored anew: the next free one, else the one before, between its neighbours. Throws `no-free-time` where there is none. */
export function freeTimeBeside(
  opened: Pick<OpenedBackup, 'database'>,
  { seq, timestamp }: FilesetRow,
): number {
  const versions = opened.database.filesets.versions();
  const after = versions.findLast((other) => other.seq > seq)?.timestamp ?? Number.MAX_SAFE_INTEGER;
  const before = versions.find((other) => other.seq < seq)?.timestamp ?? 0;
  const isTaken = takenTimes(opened);
  for (let free = timestamp + 1; free < after; free++) if (!isTaken(free)) return free;
  for (let free = timestamp - 1; free > before; free--) if (!isTaken(free)) return free;
  throw new BackupError(
    'no-free-time',
    `The version of ${new Date(timestamp * 1000).toISOString()} cannot be changed: there is no free second between its neighbours.`,
    {
      details: { timestamp },
      hint: 'The version is as it was. Delete it, or one of its neighbours, and try again.',
    },
  );
}
