import type { Configuration, Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { dueSince, nextTime, type Timetable } from './due.ts';

/** The timetable of a source that has one. */
export function timetableOf({ settings }: Source): Timetable | undefined {
  const cron = settings.get('cron');
  return cron === undefined ? undefined : { cron, zone: settings.get('zone') };
}

/** When the source was pulled last, or set up. */
export function lastStartMs(source: Source, { database }: MirrorContext): number {
  return database.runs.ofSource(source.id)[0]?.startedMs ?? source.createdMs;
}

/** Since when a source is due; `undefined`: it is not, or has no timetable. */
function sourceDueSince(source: Source, context: MirrorContext): number | undefined {
  const timetable = timetableOf(source);
  if (timetable === undefined) return undefined;
  return dueSince(timetable, lastStartMs(source, context), context.clock.now());
}

/** When a source is pulled next by itself. */
export function nextPullMs(source: Source, context: MirrorContext): number | undefined {
  const timetable = timetableOf(source);
  return timetable === undefined ? undefined : nextTime(timetable, lastStartMs(source, context));
}

/** The sources whose time has come, the longest due first. */
export function findDueSources(configuration: Configuration, context: MirrorContext): readonly Source[] {
  return configuration
    .sources()
    .flatMap((source) => {
      const since = sourceDueSince(source, context);
      return since === undefined ? [] : [{ source, since }];
    })
    .sort((a, b) => a.since - b.since)
    .map(({ source }) => source);
}
