import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { DELETING, PARTIAL } from '../run/version-name.ts';
import { measureShares } from '../tree/measure.ts';
import { daysBefore } from './calendar.ts';
import { type Decision, planSizeCap, planThinning } from './plan-cleanup.ts';

/** What a failed run leaves may be used again by the next one; after this time it goes. */
const KEEP_PARTIAL_DAYS = 1;

/** What a cleanup of one source is to do. */
export interface CleanupPlan {
  /** Versions whose folders are gone. */
  readonly vanished: readonly MirrorRun[];
  /** Names of folders that a run or a deletion left half-way. */
  readonly leftovers: readonly string[];
  readonly decisions: readonly Decision<MirrorRun>[];
}

/** Decides what a cleanup does, and changes nothing. The destination must have been identified. */
export async function planSource(source: Source, context: MirrorContext): Promise<CleanupPlan> {
  return {
    vanished: findVanished(source, context),
    leftovers: findLeftovers(source, context),
    decisions: await decide(source, context),
  };
}

async function decide(source: Source, context: MirrorContext): Promise<Decision<MirrorRun>[]> {
  const { settings } = source;
  const versions = context.database.runs.versions(source.id).filter((run) => isThere(source, run));
  const thinned =
    settings.get('cleanup') === 'keep-all' ? keepAll(versions) : thin(source, versions, context);
  const kept = thinned.filter(({ action }) => action === 'keep').map(({ version }) => version);
  const most = settings.get('delete-oldest-above');
  if (most === 0) return thinned;
  const shares = await measureShares(
    kept.map(({ folder }) => join(source.folder, folder ?? '')),
    context.signal,
  );
  const capped = new Map(planSizeCap(kept, shares, most).map((decision) => [decision.version, decision]));
  return thinned.map((decision) => capped.get(decision.version) ?? decision);
}

function thin({ settings }: Source, versions: readonly MirrorRun[], { clock }: MirrorContext) {
  const rule = {
    keepAllDays: settings.get('keep-all-days'),
    keepDailyDays: settings.get('keep-daily-days'),
    keepWeeklyWeeks: settings.get('keep-weekly-weeks'),
    keepMonthlyMonths: settings.get('keep-monthly-months'),
    keepYearlyYears: settings.get('keep-yearly-years'),
    zone: settings.get('zone'),
  };
  return planThinning(versions, rule, clock.now());
}

function keepAll(versions: readonly MirrorRun[]): Decision<MirrorRun>[] {
  return versions.map((version) => ({ version, action: 'keep', reason: 'cleanup=keep-all' }));
}

function isThere(source: Source, { folder }: MirrorRun): boolean {
  return folder !== undefined && existsSync(join(source.folder, folder));
}

function findVanished(source: Source, { database }: MirrorContext): readonly MirrorRun[] {
  return database.runs
    .versions(source.id)
    .filter((run) => run.destinationId === source.destination.id && !isThere(source, run));
}

/** What is left of deletions, and of a run that failed long enough ago. */
function findLeftovers(source: Source, { database, clock }: MirrorContext): string[] {
  if (!existsSync(source.folder)) return [];
  const [last] = database.runs.ofSource(source.id);
  const isOld = last === undefined || last.startedMs < daysBefore(clock.now(), KEEP_PARTIAL_DAYS);
  return readdirSync(source.folder).filter(
    (name) => name.startsWith(DELETING) || (name === PARTIAL && isOld && last?.state !== 'running'),
  );
}
