import { FormatError } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';
import { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import { BlockCopies } from './block-copies.ts';
import { BlockMover } from './block-mover.ts';
import { type BlockUsage, findBlockUsage, measureVolumes } from './block-usage.ts';
import { type DblockDeletion, deleteDblocks } from './delete-dblocks.ts';
import { type FetchedVolume, fetchAhead } from './fetch-ahead.ts';
import { findStrangers, findUnreadList } from './obstacles.ts';
import { type CompactPlan, type CompactRules, planCompaction } from './plan.ts';
import type { CompactResult } from './result.ts';
import type { CompactSettings } from './settings.ts';
import { markCompaction, markSettled } from './settled.ts';
import { findKeptBlocks } from './source-volume.ts';
import { tellPlan } from './tell-plan.ts';

/**
 * Reclaims space: deletes dblocks in which nothing is needed, and moves what is needed out of wasteful and small ones, where that is worth it. Old dblocks are deleted only after their blocks have arrived in new ones, with
 * dindexes, and were booked there; wherever the run ends, every version is whole. The next compaction goes on.
 */
export async function compactVolumes(
  opened: OpenedBackup,
  settings: CompactSettings,
  context: OperationContext,
): Promise<CompactResult> {
  const { database, format } = opened;
  const rules: CompactRules = { ...settings.rules, blocksizeBytes: format.blocksizeBytes };
  const unread = findUnreadList(database);
  if (unread !== undefined)
    return skip(unread, emptyResult(planCompaction([], rules), settings.dryRun), context);
  const usage = findBlockUsage(database);
  const plan = planCompaction(measureVolumes(database, usage), rules);
  tellPlan(plan, settings.dryRun, context.log);
  const result = emptyResult(plan, settings.dryRun);
  const isIdle = plan.unused.length + plan.rewritten.length === 0;
  if (!settings.dryRun && !isIdle) {
    const strangers = await findStrangers(opened);
    if (strangers !== undefined) return skip(strangers, { ...result, unusedVolumes: 0 }, context);
    await carryOut({ opened, settings, plan, usage, result }, context);
  }
  if (!settings.dryRun && result.isComplete) markSettled(database, rules);
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
  };
  markCompaction(database, context.clock.now());
  await deleteCounted(
    plan.unused.map(({ volume }) => volume),
    deletion,
    result,
  );
  if (plan.rewritten.length > 0) await rewrite(plan, { settings, deletion, result }, context);
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
    storedBytes: 0,
    unreadableVolumes: [],
    isComplete: true,
    isDryRun,
  };
}

async function deleteCounted(
  dblocks: readonly VolumeRow[],
  deletion: DblockDeletion,
  result: CompactResult,
): Promise<void> {
  await deleteDblocks(dblocks, deletion);
  for (const { sizeBytes } of dblocks) result.deletedBytes += Math.max(0, sizeBytes);
}

interface Rewriting {
  readonly settings: CompactSettings;
  readonly deletion: DblockDeletion;
  readonly result: CompactResult;
}

async function rewrite(
  plan: CompactPlan,
  { settings, deletion, result }: Rewriting,
  context: OperationContext,
): Promise<void> {
  const { opened, usage } = deletion;
  const uploads = new DblockUploads(opened, deletion.settings, settings.parallelUploads);
  const onEmptied = async (dblock: VolumeRow) => {
    await deleteCounted([dblock], deletion, result);
    result.rewrittenVolumes++;
  };
  using mover = new BlockMover({ ...deletion, uploads, result, onEmptied });
  try {
    const rows = plan.rewritten.map(({ volume }) => volume);
    for await (const fetched of fetchAhead(opened, rows)) {
      if (context.control.isStopping()) {
        result.isComplete = false;
        break;
      }
      report(plan, result, fetched.row, context);
      await takeOver(fetched, { mover, opened, usage, result }, context);
    }
    await mover.finish();
    await uploads.drain();
  } finally {
    await uploads.cancel();
  }
}

/** A damaged dblock stays as it is: whether its blocks can be had elsewhere is not decided here. */
async function takeOver(
  fetched: FetchedVolume,
  {
    mover,
    opened,
    usage,
    result,
  }: Pick<DblockDeletion, 'opened' | 'usage'> & {
    readonly mover: BlockMover;
    readonly result: CompactResult;
  },
  { log }: OperationContext,
): Promise<void> {
  const { row } = fetched;
  try {
    if (fetched.volume === undefined) throw fetched.fault;
    const { archive } = fetched.volume;
    await mover.take(row, archive, findKeptBlocks(opened, row, archive, usage));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    result.unreadableVolumes.push(row.name);
    log.write('warning', error.code, `'${row.name}' stays as it is: ${error.message}`);
  }
}

function report(
  plan: CompactPlan,
  { rewrittenVolumes }: CompactResult,
  { name }: VolumeRow,
  { report: tell }: OperationContext,
): void {
  tell({
    phase: 'compacting',
    filesDone: rewrittenVolumes,
    filesTotal: plan.rewritten.length,
    bytesDone: 0,
    bytesTotal: undefined,
    current: name,
  });
}
