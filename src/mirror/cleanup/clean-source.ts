import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../../base/index.ts';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import { type MirrorContext, type Tell, tellAbout, tellEvent } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';
import { trySourceLock } from '../locks.ts';
import { settleEarlierRuns } from '../run/settle-earlier.ts';
import { DELETING, PARTIAL, PARTIAL_SELECTION } from '../run/version-name.ts';
import { measureShares } from '../tree/measure.ts';
import { removeTree } from '../tree/remove-tree.ts';
import { lockVault } from '../vault-lock.ts';
import { daysBefore } from './calendar.ts';
import { deleteVersion } from './delete-version.ts';
import { type Decision, planSizeCap, planThinning } from './plan-cleanup.ts';

export interface CleanupSettings {
  /** Decides and tells, and changes nothing. */
  readonly isDryRun: boolean;
}

/** What a cleanup of one source did, or would do. */
export interface CleanupResult {
  readonly source: string;
  readonly decisions: readonly Decision<MirrorRun>[];
  /** Runs whose folders are gone, though the destination is the right one and there. */
  readonly vanished: readonly string[];
  /** What a run left half-way, or a deletion. */
  readonly leftovers: readonly string[];
  readonly error: unknown;
}

/** What a failed run leaves may be used again by the next one; after this time it goes. */
const KEEP_PARTIAL_DAYS = 1;

/**
 * Thins out the versions of a source. A destination that is not there, or not the right one, is an error and changes nothing. A failure is told and
 * answered, not thrown; an abort is thrown.
 */
export async function cleanSource(
  source: Source,
  settings: CleanupSettings,
  context: MirrorContext,
): Promise<CleanupResult> {
  const tell = tellAbout(context, {
    task: 'cleanup',
    sourceId: source.id,
    destinationId: source.destination.id,
    name: source.name,
  });
  try {
    const result = await clean(source, settings, context, tell);
    const deleted = result.decisions.filter(({ action }) => action === 'delete').length;
    if (!settings.isDryRun)
      tellEvent(source, context, { kind: 'cleanup-completed', source: source.name, deleted });
    return result;
  } catch (error) {
    context.signal.throwIfAborted();
    tell('error', 'cleanup-failed', errorMessage(error));
    tellEvent(source, context, { kind: 'cleanup-failed', source: source.name, message: errorMessage(error) });
    return { source: source.name, decisions: [], vanished: [], leftovers: [], error };
  }
}

async function clean(
  source: Source,
  { isDryRun }: CleanupSettings,
  context: MirrorContext,
  tell: Tell,
): Promise<CleanupResult> {
  identifyDestination(source.destination);
  using lock = isDryRun
    ? new DisposableStack()
    : trySourceLock(context.tools.stateFolder, source.id, 'cleanup');
  if (lock === undefined) {
    throw new MirrorError('pull-source-busy', `The source '${source.name}' is being pulled just now.`, {
      hint: 'Clean up after that.',
      retryable: true,
    });
  }
  using _ = isDryRun ? new DisposableStack() : await lockVault(source, context);
  if (!isDryRun) await settleEarlierRuns(source, context);
  const plan: CleanupPlan = {
    vanished: findVanished(source, context),
    leftovers: findLeftovers(source, context),
    decisions: await decide(source, context),
  };
  if (!isDryRun) await carryOut(source, plan, context, tell);
  return {
    source: source.name,
    decisions: plan.decisions,
    vanished: plan.vanished.map(({ folder }) => folder ?? ''),
    leftovers: plan.leftovers,
    error: undefined,
  };
}

interface CleanupPlan {
  readonly vanished: readonly MirrorRun[];
  readonly leftovers: readonly string[];
  readonly decisions: readonly Decision<MirrorRun>[];
}

async function carryOut(
  source: Source,
  { vanished, leftovers, decisions }: CleanupPlan,
  context: MirrorContext,
  tell: Tell,
): Promise<void> {
  for (const run of vanished) {
    tell(
      'warning',
      'cleanup-version-vanished',
      `The folder of version ${run.folder} is gone; it is forgotten.`,
    );
    context.database.runs.remove(run.id);
  }
  await finishDeletions(source, context);
  for (const name of leftovers) await removeTree(join(source.folder, name));
  if (leftovers.includes(PARTIAL)) rmSync(join(source.folder, PARTIAL_SELECTION), { force: true });
  for (const { action, version, reason } of decisions) {
    if (action === 'keep') continue;
    context.signal.throwIfAborted();
    await deleteVersion(source, version, context);
    tell('information', 'cleanup-deleted', `Deleted ${version.folder}: ${reason}.`);
  }
  pruneFailedRuns(source, context);
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

/** Goes on with deletions that were interrupted. */
async function finishDeletions(source: Source, context: MirrorContext): Promise<void> {
  for (const run of context.database.runs.ofSource(source.id))
    if (run.state === 'deleting') await deleteVersion(source, run, context);
}

/** Failed runs are kept as long as their log lines. */
function pruneFailedRuns(source: Source, { database, clock }: MirrorContext): void {
  const before = daysBefore(clock.now(), source.settings.get('keep-log-days'));
  for (const run of database.runs.ofSource(source.id))
    if (run.state === 'failed' && run.startedMs < before) database.runs.remove(run.id);
}
