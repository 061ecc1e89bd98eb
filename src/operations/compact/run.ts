import { BackupError } from '../../base/index.ts';
import type { OperationContext } from '../context.ts';
import { mendVolumes } from '../mend-volumes/run.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { salvageDamaged } from '../salvage/run.ts';
import { releaseUnlisted } from '../space/unlisted-volumes.ts';
import { hasLosses } from '../space/unsettled.ts';
import { compactVolumes } from './compact-volumes.ts';
import type { CompactResult } from './result.ts';
import type { CompactSettings } from './settings.ts';

/**
 * Compaction as a command: what an earlier run left unfinished is finished first, so that its volumes count
 * too, and what is left of damaged dblocks is stored again. A dry run changes nothing. Throws
 * `compact-with-losses` while versions lack data.
 */
export async function runCompact(
  opened: OpenedBackup,
  settings: CompactSettings,
  context: OperationContext,
): Promise<CompactResult> {
  if (hasLosses(opened.database)) throw refusal();
  const volumes = { ...settings.volumes, format: opened.format, folder: opened.temporary.path };
  if (!settings.dryRun) {
    releaseUnlisted(opened.database);
    await mendVolumes(opened, volumes, context);
    await salvageDamaged(opened, volumes, context);
    if (hasLosses(opened.database)) throw refusal();
  }
  return compactVolumes(opened, settings, context);
}

function refusal(): BackupError {
  return new BackupError(
    'compact-with-losses',
    'The destination has lost data that versions need, so nothing is compacted.',
    {
      hint: 'Bring the missing volumes back, or see with list-broken-files what they mean and remove that with purge-broken-files.',
    },
  );
}
