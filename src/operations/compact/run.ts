import type { OperationContext } from '../context.ts';
import { mendVolumes } from '../mend-volumes/run.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';
import { compactVolumes } from './compact-volumes.ts';
import type { CompactResult } from './result.ts';
import type { CompactSettings } from './settings.ts';

/** Compaction as a command: what an earlier run left unfinished is finished first, so that its volumes count too. A dry run changes nothing. */
export async function runCompact(
  opened: OpenedBackup,
  settings: CompactSettings,
  context: OperationContext,
): Promise<CompactResult> {
  const volumes = { ...settings.volumes, format: opened.format, folder: opened.temporary.path };
  if (!settings.dryRun) await mendVolumes(opened, volumes, context.log);
  return compactVolumes(opened, settings, context);
}
