import { Cron } from 'croner';

export interface Timetable {
  readonly cron: string;
  readonly zone: string;
}

/** The first time of a timetable after a time; `undefined` when there is none any more. */
export function nextTime({ cron, zone }: Timetable, afterMs: number): number | undefined {
  return new Cron(cron, { timezone: zone, paused: true, mode: '5-part' })
    .nextRun(new Date(afterMs))
    ?.getTime();
}

/**
 * Since when a source is due: the first of its times after its last run began (or after it was set up) that
 * is not later than now. However many times were missed, one run makes up for them. `undefined`: not due.
 */
export function dueSince(timetable: Timetable, lastStartMs: number, nowMs: number): number | undefined {
  const next = nextTime(timetable, lastStartMs);
  return next !== undefined && next <= nowMs ? next : undefined;
}
