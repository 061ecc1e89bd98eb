import { BackupError } from '../../base/index.ts';
import type { BackupSettings } from './backup-settings.ts';

/** Refuses a backup of nothing. */
export function checkSources({ selection, streams }: Pick<BackupSettings, 'selection' | 'streams'>): void {
  if (selection.roots.length + streams.length > 0) return;
  throw new BackupError('no-sources', 'None of the sources exists, so there is nothing to back up.', {
    hint: 'Nothing was changed. Check the paths, and whether the disk or share that holds them is mounted.',
  });
}
