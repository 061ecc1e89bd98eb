import { counted } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { findLocked } from '../locks/find-locked.ts';
import { BlockCopies } from '../move-blocks/block-copies.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { type BlockUsage, findBlockUsage, measureVolumes } from '../space/block-usage.ts';
import { type DblockDeletion, deleteCounted } from './delete-dblocks.ts';
import { findStrangers, findUnreadList } from './obstacles.ts';
import { type CompactPlan, type CompactRules, planCompaction } from './plan.ts';
import type { CompactResult } from './result.ts';
import { rewriteVolumes } from './rewrite-volumes.ts';
import type { CompactSettings } from './settings.ts';
import { markCompaction, markSettled } from './settled.ts';
import { tellPlan } from './tell-plan.ts';

/**
 * Reclaims space: deletes dblocks in which nothing is needed, and moves what is needed out of wasteful and
 * small ones, where that is worth it. Old dblocks are deleted only after their blocks have arrived in new
 * ones, with dindexes, and were booked there; wherever the run ends, every version is whole. The next
 * compaction goes on. Spared volumes stay.
 */
export async function compactVolumes(
  opened: OpenedBackup,
  settings: CompactSettings,
  context: OperationContext,
  isSpared: (volume: VolumeRow) => boolean = () => false,
): Promise<CompactResult> {
  const { database, format } = opened;
  const rules: CompactRules = { ...settings.rules, blocksizeBytes: format.blocksizeBytes };
  const unread = findUnreadList(database);
  if (unread !== undefined)
    return skip(unread, emptyResult(planCompaction([], rules), settings.dryRun), context);
  const usage = findBlockUsage(database);
  const spaces = measureVolumes(database, usage);
  const locked = await findLocked(
    spaces.map(({ volume }) => volume),
    { ...opened, clock: context.clock },
  );
  const plan = planCompaction(
    spaces.filter(({ volume }) => !locked.has(volume.id) && !isSpared(volume)),
    rules,
  );
  if (locked.size > 0)
    context.log.write(
      'information',
      'volumes-locked',
      `Leaving out ${counted(locked.size, 'volume')} that the destination locks.`,
    );
  tellPlan(plan, settings.dryRun, context.log);
  const result = emptyResult(plan, settings.dryRun);
  const isIdle = plan.unused.length + plan.rewritten.length === 0;
  if (!settings.dryRun && !isIdle) {
    const strangers = await findStrangers(opened);
    if (strangers !== undefined) return skip(strangers, { ...result, unusedVolumes: 0 }, context);
    await carryOut({ opened, settings, plan, usage, result }, context);
  }
  if (!settings.dryRun && result.isComplete && locked.size === 0) markSettled(database, rules);
  return result;
}

interface Compaction {
  readonly opened: OpenedBackup;
  readonly settings: CompactSettings;
  readonly plan: CompactPlan;
  readonly usage: BlockUsage;
  readonly result: CompactResult;
}

async function carryOut(
  { opened, settings, plan, usage, result }: Compaction,
  context: OperationContext,
): Promise<void> {
  const { database, format } = opened;
  const volumes: BlockVolumeSettings = { ...settings.volumes, format, folder: opened.temporary.path };
  const deletion: DblockDeletion = {
    opened,
    settings: volumes,
    usage,
    copies: new BlockCopies(database),
    clock: context.clock,
    log: context.log,
  };
  markCompaction(database, context.clock.now());
  await deleteCounted(
    plan.unused.map(({ volume }) => volume),
    deletion,
    result,
  );
  if (plan.rewritten.length > 0) await rewriteVolumes(plan, { settings, deletion, result }, context);
}

function skip(why: string, result: CompactResult, { log }: OperationContext): CompactResult {
  log.write('warning', 'compaction-skipped', `No space is reclaimed. ${why}`);
  return { ...result, isComplete: false };
}

function emptyResult(plan: CompactPlan, isDryRun: boolean): CompactResult {
  return {
    reasons: plan.reasons,
    figures: plan.figures,
    unusedVolumes: plan.unused.length,
    rewrittenVolumes: isDryRun ? plan.rewritten.length : 0,
    storedVolumes: 0,
    deletedBytes: 0,
    downloadedBytes: 0,
    storedBytes: 0,
    unreadableVolumes: [],
    isComplete: true,
    isDryRun,
  };
}
