import { BackupError } from '../../base/index.ts';
import type { FilesetRow } from '../../database/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { takenTimes } from '../upload-filelist/upload-filelist.ts';

/**
 * A second for a version that is stored anew: the next free one, else the one before, between its neighbours;
 * the time of a list that was deleted only where there is no other. Throws `no-free-time`.
 */
export function freeTimeBeside(opened: Pick<OpenedBackup, 'database'>, fileset: FilesetRow): number {
  const free =
    findFree(opened, fileset, takenTimes(opened)) ?? findFree(opened, fileset, takenTimes(opened, 'ignore'));
  if (free !== undefined) return free;
  const { timestamp } = fileset;
  throw new BackupError(
    'no-free-time',
    `The version of ${new Date(timestamp * 1000).toISOString()} cannot be changed: there is no free second between its neighbours.`,
    {
      details: { timestamp },
      hint: 'The version is as it was. Delete it, or one of its neighbours, and try again.',
    },
  );
}

function findFree(
  { database }: Pick<OpenedBackup, 'database'>,
  { seq, timestamp }: FilesetRow,
  isTaken: (timestamp: number) => boolean,
): number | undefined {
  const versions = database.filesets.versions();
  const after = versions.findLast((other) => other.seq > seq)?.timestamp ?? Number.MAX_SAFE_INTEGER;
  const before = versions.find((other) => other.seq < seq)?.timestamp ?? 0;
  for (let free = timestamp + 1; free < after; free++) if (!isTaken(free)) return free;
  for (let free = timestamp - 1; free > before; free--) if (!isTaken(free)) return free;
  return undefined;
}
