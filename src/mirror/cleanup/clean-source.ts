import { errorMessage } from '../../base/index.ts';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import { type MirrorContext, type Tell, tellAbout, tellEvent } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';
import { holdSource } from '../hold-source.ts';
import { settleEarlierRuns } from '../run/settle-earlier.ts';
import { lockVault } from '../vault-lock.ts';
import { carryOut } from './carry-out.ts';
import type { Decision } from './plan-cleanup.ts';
import { type CleanupPlan, planSource } from './plan-source.ts';

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

/**
 * Thins out the versions of a source. A destination that is not there, or not the right one, is an error and
 * changes nothing. A failure is told and answered, not thrown; an abort is thrown.
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
  given: Source,
  { isDryRun }: CleanupSettings,
  context: MirrorContext,
  tell: Tell,
): Promise<CleanupResult> {
  identifyDestination(given.destination);
  if (isDryRun) {
    const plan = await planSource(given, context);
    return describe(given, plan, plan.decisions);
  }
  using held = holdSource(given, 'cleanup', context);
  if (held === undefined) {
    throw new MirrorError('pull-source-busy', `The source '${given.name}' is being worked on just now.`, {
      hint: 'Clean up after that.',
      retryable: true,
    });
  }
  const { source } = held;
  using _ = await lockVault(source, context);
  await settleEarlierRuns(source, context);
  const plan = await planSource(source, context);
  return describe(source, plan, await carryOut(source, plan, context, tell));
}

function describe(
  { name }: Source,
  { vanished, leftovers }: CleanupPlan,
  decisions: readonly Decision<MirrorRun>[],
): CleanupResult {
  const names = vanished.map(({ folder }) => folder ?? '');
  return { source: name, decisions, vanished: names, leftovers, error: undefined };
}
