import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext, Tell } from '../context.ts';
import { PARTIAL, PARTIAL_SELECTION } from '../run/version-name.ts';
import { removeTree } from '../tree/remove-tree.ts';
import { daysBefore } from './calendar.ts';
import { deleteVersion } from './delete-version.ts';
import type { Decision } from './plan-cleanup.ts';
import type { CleanupPlan } from './plan-source.ts';

/** Does what was planned. Answers what became of each version: one that is being read stays. */
export async function carryOut(
  source: Source,
  { vanished, leftovers, decisions }: CleanupPlan,
  context: MirrorContext,
  tell: Tell,
): Promise<Decision<MirrorRun>[]> {
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
  const carriedOut: Decision<MirrorRun>[] = [];
  for (const decision of decisions) {
    context.signal.throwIfAborted();
    carriedOut.push(decision.action === 'keep' ? decision : await tryDelete(source, decision, context, tell));
  }
  pruneFailedRuns(source, context);
  return carriedOut;
}

async function tryDelete(
  source: Source,
  decision: Decision<MirrorRun>,
  context: MirrorContext,
  tell: Tell,
): Promise<Decision<MirrorRun>> {
  const { version, reason } = decision;
  if (await deleteVersion(source, version, context)) {
    tell('information', 'cleanup-deleted', `Deleted ${version.folder}: ${reason}.`);
    return decision;
  }
  tell('warning', 'cleanup-version-in-use', `${version.folder} stays for now: it is being restored from.`);
  return { version, action: 'keep', reason: 'it is being restored from' };
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
