import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { unlistedVolumes } from '../space/unlisted-volumes.ts';
import { hasLosses } from '../space/unsettled.ts';
import { compactVolumes } from './compact-volumes.ts';
import type { CompactResult } from './result.ts';
import type { AutoCompactSettings } from './settings.ts';
import { isSettled, lastCompactionMs } from './settled.ts';

/**
 * Compacts after another operation, where that may reclaim something and the last time is long enough ago.
 * `undefined`: there was no reason to look.
 */
export async function runAutoCompact(
  opened: OpenedBackup,
  settings: AutoCompactSettings,
  context: OperationContext,
): Promise<CompactResult | undefined> {
  const { database, format } = opened;
  if (hasLosses(database)) return undefined;
  const sinceLastMs = context.clock.now() - lastCompactionMs(database);
  if (sinceLastMs >= 0 && sinceLastMs < settings.leastIntervalMs) return undefined;
  if (isSettled(database, { ...settings.rules, blocksizeBytes: format.blocksizeBytes })) return undefined;
  return compactVolumes(opened, settings, context, unlistedVolumes(database));
}
