import type { Log } from '../../base/index.ts';
import { counted } from '../../base/index.ts';
import type { CompactPlan, CompactReason } from './plan.ts';

const REASONS: Readonly<Record<CompactReason, (plan: CompactPlan) => string>> = {
  'wasted-space': ({ figures }) =>
    `${percent(figures.wastedBytes, figures.blockBytes)} of the stored data are not needed any more, in ${counted(figures.wastefulVolumes, 'wasteful volume')}`,
  'small-volumes-size': ({ figures }) =>
    `the data of ${counted(figures.smallVolumes, 'small volume')} would fill more than one`,
  'small-volumes-count': ({ figures }) =>
    `the destination holds ${counted(figures.smallVolumes, 'small volume')}`,
};

/** Says what a compaction does, or would do, and why. */
export function tellPlan(plan: CompactPlan, dryRun: boolean, log: Log): void {
  const { unused, rewritten, reasons, figures } = plan;
  const write = (id: string, text: string) => log.write(dryRun ? 'dry-run' : 'information', id, text);
  const [deleting, rewriting] = dryRun ? ['Would delete', 'Would rewrite'] : ['Deleting', 'Rewriting'];
  if (unused.length > 0)
    write(
      'volumes-unused',
      `${deleting} ${counted(unused.length, 'volume')} of which nothing is needed any more.`,
    );
  if (rewritten.length > 0)
    write(
      'volumes-rewritten',
      `${rewriting} ${rewritten.length} of ${counted(figures.volumes, 'volume')}: ${reasons.map((reason) => REASONS[reason](plan)).join('; ')}.`,
    );
  if (!dryRun) return;
  for (const { volume } of unused)
    write('volume-unused', `Would delete '${volume.name}' (${counted(volume.sizeBytes, 'byte')}).`);
  for (const { volume, usedBytes, wastedBytes } of rewritten)
    write(
      'volume-rewritten',
      `Would rewrite '${volume.name}' (${counted(volume.sizeBytes, 'byte')}): ${percent(wastedBytes, usedBytes + wastedBytes)} of its data are not needed.`,
    );
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((part / whole) * 100)} %`;
}
