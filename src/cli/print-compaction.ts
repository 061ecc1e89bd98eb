import type { CompactResult } from '../operations/index.ts';
import type { ConsoleOutput } from './console-output.ts';
import { formatBytes, formatCount } from './format-amount.ts';

/** Prints what a compaction did, or would do; nothing where there was nothing to do. */
export function printCompaction(result: CompactResult, output: ConsoleOutput): void {
  const { unusedVolumes, rewrittenVolumes, storedVolumes, unreadableVolumes, isDryRun } = result;
  if (unusedVolumes + rewrittenVolumes > 0) {
    const words = isDryRun ? ['would be deleted', 'would be rewritten'] : ['deleted', 'rewritten'];
    output.print(
      `Compacted: ${formatCount(unusedVolumes, 'unused volume')} ${words[0]}, ${rewrittenVolumes} ${words[1]}${isDryRun ? '' : ` into ${storedVolumes}`}`,
    );
  }
  if (result.deletedBytes > 0)
    output.print(
      `Space reclaimed: ${formatBytes(result.deletedBytes - result.storedBytes)} (deleted ${formatBytes(result.deletedBytes)}, stored ${formatBytes(result.storedBytes)})`,
    );
  if (unreadableVolumes.length > 0)
    output.print(`Not readable, and left as they are: ${formatCount(unreadableVolumes.length, 'volume')}`);
}
