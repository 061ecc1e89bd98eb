import type { Log } from '../../base/index.ts';
import type { CompactPlan, CompactReason } from './plan.ts';

const REASONS: Readonly<Record<CompactReason, (plan: CompactPlan) => string>> = {
  'wasted-space': ({ figures }) =>
    `${percent(figures.wastedBytes, figures.blockBytes)} of the stored data are not needed any more, in ${figures.wastefulVolumes} wasteful volumes`,
  'small-volumes-size': ({ figures }) =>
    `${figures.smallVolumes} small volumes hold more than a volume should`,
  'small-volumes-count': ({ figures }) => `there are ${figures.smallVolumes} small volumes`,
};

/** Says what a compaction does, or would do, and why. */
export function tellPlan(plan: CompactPlan, dryRun: boolean, log: Log): void {
  const { unused, rewritten, reasons, figures } = plan;
  const write = (id: string, text: string) => log.write(dryRun ? 'dry-run' : 'information', id, text);
  const [deleting, rewriting] = dryRun ? ['Would delete', 'Would rewrite'] : ['Deleting', 'Rewriting'];
  if (unused.length > 0)
    write('volumes-unused', `${deleting} ${unused.length} volumes of which nothing is needed any more.`);
  if (rewritten.length > 0)
    write(
      'volumes-rewritten',
      `${rewriting} ${rewritten.length} of ${figures.volumes} volumes: ${reasons.map((reason) => REASONS[reason](plan)).join('; ')}.`,
    );
  if (!dryRun) return;
  for (const { volume } of unused)
    write('volume-unused', `Would delete '${volume.name}' (${volume.sizeBytes} bytes).`);
  for (const { volume, usedBytes, wastedBytes } of rewritten)
    write(
      'volume-rewritten',
      `Would rewrite '${volume.name}' (${volume.sizeBytes} bytes): ${percent(wastedBytes, usedBytes + wastedBytes)} of its data are not needed.`,
    );
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((part / whole) * 100)} %`;
}
