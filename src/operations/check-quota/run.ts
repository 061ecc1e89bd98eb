import { errorMessage, type Log } from '../../base/index.ts';
import { hasAbility } from '../../destinations/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { ResultFields } from '../report/result-object.ts';

export interface QuotaSettings {
  /** How large the backup may become; `undefined`: no limit of its own. */
  readonly limitBytes: number | undefined;
  /** A warning is given when less than this many percent of the used space are free. */
  readonly warningPercent: number;
  /** Whether the destination is asked for its free space. */
  readonly destination: 'ask' | 'ignore';
}

/** What the options say about room at the destination. */
export function readQuotaSettings(settings: ProgramSettings): QuotaSettings {
  const limit = settings.get('quota-size');
  return {
    limitBytes: limit === undefined || limit === 0 ? undefined : limit,
    warningPercent: settings.get('quota-warning-threshold'),
    destination: settings.get('quota-disable') ? 'ignore' : 'ask',
  };
}

/** One limit and what is left of it. */
interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Says when space runs out: an error when nothing is left, a warning when little is. It fails nothing.
 * Answers the fields of the result (BackendStatistics).
 */
export async function checkQuota(
  { database, remote }: Pick<OpenedBackup, 'database' | 'remote'>,
  settings: QuotaSettings,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<ResultFields> {
  const usedBytes = database.volumes
    .all()
    .filter(({ state }) => state === 'uploaded' || state === 'verified')
    .reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0);
  const space = settings.destination === 'ask' ? await askFreeSpace(remote, { log, signal }) : undefined;
  const { limitBytes, warningPercent } = settings;
  const own =
    limitBytes === undefined ? undefined : { totalBytes: limitBytes, freeBytes: limitBytes - usedBytes };
  const found = [
    judgeRoom(space, { subject: 'The destination', usedBytes, warningPercent }),
    judgeRoom(own, { subject: 'The limit of --quota-size', usedBytes, warningPercent }),
  ].filter((complaint) => complaint !== undefined);
  for (const { level, text } of found) log.write(level, 'quota', text);
  return {
    TotalQuotaSpace: space?.totalBytes ?? -1,
    FreeQuotaSpace: space?.freeBytes ?? -1,
    AssignedQuotaSpace: limitBytes ?? -1,
    ReportedQuotaError: found.some(({ level }) => level === 'error'),
    ReportedQuotaWarning: found.some(({ level }) => level === 'warning'),
  };
}

/** What is to be said of the room that is left. */
export interface Judgement {
  readonly level: 'warning' | 'error';
  readonly text: string;
}

/** `undefined`: there is enough room, or nothing is known of it. */
export function judgeRoom(
  room: Room | undefined,
  use: { readonly subject: string; readonly usedBytes: number; readonly warningPercent: number },
): Judgement | undefined {
  if (room === undefined) return undefined;
  const { freeBytes, totalBytes } = room;
  const { subject, usedBytes, warningPercent } = use;
  const amounts = `${Math.max(0, freeBytes)} of ${totalBytes} bytes are free, and the backup uses ${usedBytes}`;
  if (freeBytes <= 0) return { level: 'error', text: `${subject} leaves no room: ${amounts}.` };
  if (freeBytes >= (usedBytes * warningPercent) / 100) return undefined;
  return { level: 'warning', text: `${subject} leaves little room: ${amounts}.` };
}

async function askFreeSpace(
  { destination }: OpenedBackup['remote'],
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Room | undefined> {
  if (!hasAbility(destination, 'freeSpace')) return undefined;
  try {
    const space = await destination.freeSpace({ signal });
    return space.totalBytes > 0 ? space : undefined;
  } catch (error) {
    signal.throwIfAborted();
    log.write('verbose', 'free-space-unknown', `The free space is not known: ${errorMessage(error)}`);
    return undefined;
  }
}
