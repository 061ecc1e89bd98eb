import { FormatError } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { isUnreadable } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { BlockMover } from '../move-blocks/block-mover.ts';
import { type FetchedVolume, fetchAhead } from '../move-blocks/fetch-ahead.ts';
import { findKeptBlocks } from '../move-blocks/source-volume.ts';
import { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import { type DblockDeletion, deleteCounted } from './delete-dblocks.ts';
import type { CompactPlan } from './plan.ts';
import type { CompactResult } from './result.ts';
import type { CompactSettings } from './settings.ts';

export interface Rewriting {
  readonly settings: CompactSettings;
  readonly deletion: DblockDeletion;
  readonly result: CompactResult;
}

/**
 * Empties the planned dblocks into new ones and deletes each once it is empty. Stopped in between, it stores
 * what it has begun.
 */
export async function rewriteVolumes(
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
    for await (const fetched of fetchAhead(opened, rows, context.log)) {
      if (context.control.isStopping()) {
        result.isComplete = false;
        break;
      }
      report(plan, result, fetched.row, context);
      result.downloadedBytes += Math.max(0, fetched.row.sizeBytes);
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
    if (!(error instanceof FormatError || isUnreadable(error))) throw error;
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
