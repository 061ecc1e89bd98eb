import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { counted, errorMessage } from '../../base/index.ts';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { trySourceLock } from '../locks.ts';
import { nextTime } from '../schedule/due.ts';
import { lastStartMs, timetableOf } from '../schedule/due-sources.ts';
import { usedBytes } from '../used-bytes.ts';
import { compareSample } from './compare-sample.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const NEWEST_FAILURES = 3;

/** What is wrong with a source, in sentences; none when it is healthy. */
export async function checkSource(source: Source, context: MirrorContext): Promise<string[]> {
  const runs = context.database.runs.ofSource(source.id);
  const versions = runs.filter(({ state }) => state === 'completed');
  const problems = [
    ...checkAge(source, versions[0], context),
    ...checkOverdue(source, context),
    ...checkRunning(source, runs, context),
    ...checkShrinking(source, versions),
    ...checkFailures(runs),
  ];
  try {
    identifyDestination(source.destination);
  } catch (error) {
    return [...problems, `Its versions cannot be looked at: ${errorMessage(error)}`];
  }
  return [
    ...problems,
    ...checkFolders(source, versions),
    ...checkStorage(source, versions),
    ...(await checkSample(source, versions[0], context)),
  ];
}

function checkAge(source: Source, newest: MirrorRun | undefined, { clock }: MirrorContext): string[] {
  const days = source.settings.get('healthy-age-days');
  const limitMs = clock.now() - days * DAY_MS;
  if (newest !== undefined)
    return newest.startedMs > limitMs ? [] : [`The newest version is older than ${counted(days, 'day')}.`];
  return source.createdMs > limitMs ? [] : ['There is no version.'];
}

function checkOverdue(source: Source, context: MirrorContext): string[] {
  const timetable = timetableOf(source);
  if (timetable === undefined) return [];
  const next = nextTime(timetable, lastStartMs(source, context));
  const minutes = source.settings.get('overdue-minutes');
  if (next === undefined || next + minutes * MINUTE_MS > context.clock.now()) return [];
  return [`A pull has been due since ${new Date(next).toISOString()}.`];
}

function checkRunning(source: Source, runs: readonly MirrorRun[], { clock, tools }: MirrorContext): string[] {
  const running = runs.find(({ state }) => state === 'running');
  if (running === undefined) return [];
  using lock = trySourceLock(tools.stateFolder, source.id, 'monitor');
  if (lock !== undefined) return ['A run was killed; the next pull books it as failed.'];
  const hours = source.settings.get('stuck-hours');
  if (running.startedMs + hours * HOUR_MS > clock.now()) return [];
  return [
    `A run has gone on for more than ${counted(hours, 'hour')}, at the step ${running.step ?? 'first'}.`,
  ];
}

function checkShrinking(source: Source, [newest, before]: readonly MirrorRun[]): string[] {
  if (newest?.files === 0 || newest?.apparentBytes === 0) return ['The newest version is empty.'];
  if (newest?.apparentBytes === undefined || before?.apparentBytes === undefined) return [];
  const percent = source.settings.get('healthy-shrink-percent');
  if (newest.apparentBytes >= before.apparentBytes * (1 - percent / 100)) return [];
  return [
    `The newest version holds ${counted(newest.apparentBytes, 'byte')}, the one before ${before.apparentBytes}.`,
  ];
}

function checkFailures(runs: readonly MirrorRun[]): string[] {
  const ended = runs.filter(({ state }) => state === 'completed' || state === 'failed');
  const failures = ended.slice(0, NEWEST_FAILURES).filter(({ state }) => state === 'failed');
  if (failures.length < NEWEST_FAILURES) return [];
  return [`The last ${NEWEST_FAILURES} pulls failed: ${failures[0]?.message ?? ''}`];
}

function checkFolders(source: Source, versions: readonly MirrorRun[]): string[] {
  return versions.slice(0, 1).flatMap(({ folder }) => {
    if (folder === undefined) return [];
    const path = join(source.folder, folder);
    if (!existsSync(path)) return [`The folder of the newest version, ${folder}, is gone.`];
    try {
      return readdirSync(path).length === 0 ? ['The folder of the newest version is empty.'] : [];
    } catch (error) {
      return [`The newest version cannot be read: ${errorMessage(error)}`];
    }
  });
}

function checkStorage(source: Source, versions: readonly MirrorRun[]): string[] {
  const most = source.settings.get('healthy-storage');
  const used = usedBytes(versions);
  return most === 0 || used <= most
    ? []
    : [`Its versions use ${counted(used, 'byte')}, and ${most} are healthy.`];
}

async function checkSample(
  source: Source,
  newest: MirrorRun | undefined,
  context: MirrorContext,
): Promise<string[]> {
  const count = source.settings.get('sample-files');
  if (count === 0 || newest?.folder === undefined || !existsSync(join(source.folder, newest.folder)))
    return [];
  try {
    const damaged = await compareSample(source, join(source.folder, newest.folder), count, context);
    return damaged.map(
      (path) => `'${path}' differs from the server though nothing says that it changed there.`,
    );
  } catch (error) {
    context.signal.throwIfAborted();
    return [`A sample could not be compared with the server: ${errorMessage(error)}`];
  }
}
