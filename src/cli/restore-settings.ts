import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { RestoreSettings } from '../operations/index.ts';
import type { CommandContext } from './command.ts';

/** What a restore of one version reads from the options. */
export function readRestoreSettings(
  { settings }: CommandContext,
  seq: RestoreSettings['seq'],
  selection: RestoreSettings['selection'],
): RestoreSettings {
  const restorePath = settings.get('restore-path');
  const largest = settings.get('skip-files-larger-than');
  const threads = settings.get('concurrency-max-threads');
  return {
    seq,
    selection,
    restorePath: restorePath === undefined ? undefined : resolve(restorePath),
    overwrite: settings.get('overwrite'),
    restorePermissions: settings.get('restore-permissions'),
    // Links are restored with their times in any case: nothing is ever set through them, so there is nothing
    // to guard against.
    restoreSymlinkMetadata: true,
    skipMetadata: settings.get('skip-metadata'),
    skipVerification: settings.get('skip-restore-verification'),
    dontCompressRestorePaths: settings.get('dont-compress-restore-paths'),
    withLocalBlocks: settings.get('restore-with-local-blocks'),
    dryRun: settings.get('dry-run'),
    skipFilesLargerThanBytes: largest === undefined || largest === 0 ? undefined : largest,
    workers: threads > 0 ? threads : Math.max(1, availableParallelism()),
  };
}
