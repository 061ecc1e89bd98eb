import type { OperationContext } from '../context.ts';
import { missingVolumes } from '../open-backup/failures.ts';
import type { Opening } from '../open-backup/open-backup.ts';
import { openForReading } from '../open-backup/open-for-reading.ts';
import { findDamaged } from '../replace-damaged/plan.ts';
import { findUnmendable } from '../salvage/run.ts';
import { planRepair, type RepairPlan } from './plan.ts';
import type { RepairResult } from './result.ts';

/** Says what a repair would do, and changes nothing at the destination. Throws `remote-files-missing` where a repair would. */
export async function tryRepair(
  opening: Opening,
  policy: { readonly indexes: 'write' | 'none'; readonly lost: 'rebuild' | 'refuse' },
  context: OperationContext,
): Promise<RepairResult> {
  const reading = { ...opening, purpose: 'read', localDatabase: 'use', selection: 'names-only' } as const;
  await using opened = await openForReading(reading, context);
  const { database, listing } = opened;
  const volumes = listing?.volumes.length ?? 0;
  const actions: string[] = [];
  let plan: RepairPlan = { lists: [], indexes: [], deletions: [], lostBlocks: [] };
  if (!opened.isWhole) actions.push(`Would rebuild the local database from ${volumes} volumes.`);
  else if (listing !== undefined) plan = planRepair(database, listing);
  const mendable = findDamaged(database.volumes.all(), listing?.volumes ?? []).filter(({ name }) =>
    opened.remote.mayHaveCompanion(name),
  );
  const lost = plan.lostBlocks.filter(({ id }) => !mendable.some((volume) => volume.id === id));
  if (lost.length > 0 && policy.lost === 'refuse')
    throw missingVolumes(
      lost.map(({ name }) => name),
      undefined,
    );
  for (const { name } of mendable)
    actions.push(`Would store '${name}' again, if its parity data make it whole.`);
  for (const { name } of lost)
    actions.push(
      `Would store what '${name}' held again, as far as the files that it came from still have it.`,
    );
  const salvaged = findUnmendable(opened).filter(({ id }) => !lost.some((volume) => volume.id === id));
  for (const { name } of salvaged) actions.push(`Would store again what can still be read of '${name}'.`);
  const indexes = policy.indexes === 'write' ? plan.indexes : [];
  for (const { name } of plan.deletions) actions.push(`Would delete '${name}'.`);
  for (const { timestamp } of plan.lists)
    actions.push(
      `Would store the file list of the version of ${new Date(timestamp * 1000).toISOString()} again.`,
    );
  for (const { name } of indexes) actions.push(`Would store an index of '${name}'.`);
  for (const action of actions) context.log.write('dry-run', 'repair-planned', action);
  return {
    isDatabaseRebuilt: !opened.isWhole,
    storedVolumes: plan.lists.length + indexes.length + mendable.length,
    deletedVolumes: plan.deletions.length,
    actions,
    isDryRun: true,
  };
}
