import type { ProgramSettings } from '../../options/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { Relocation, StreamSource } from '../../sources/index.ts';
import { readAutoCompactSettings } from '../compact/settings.ts';
import { readRetentionPolicy } from '../delete/settings.ts';
import { createSelection, readSelectionPlan, type SelectionInput } from '../select-source/selection.ts';
import { readSampleSettings } from '../test/settings.ts';
import type { BackupSettings } from './backup-settings.ts';
import { narrowToChanged, readChangedFiles } from './changed-files.ts';
import { readReadingSettings } from './reading.ts';

export interface BackupInput extends SelectionInput {
  readonly streams?: readonly StreamSource[];
  /** Whether somebody looks at the progress. */
  readonly showsProgress?: boolean;
  readonly afterStoring?: (() => Promise<void>) | undefined;
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  /** Parts of the source that lie elsewhere than their paths say. */
  readonly relocations?: readonly Relocation[] | undefined;
}

/** From here on a thread for the walk spares more time than its start takes. */
const LARGE_SOURCE_ENTRIES = 20_000;

/** What a backup reads from the options. */
export function readBackupSettings(settings: ProgramSettings, input: BackupInput): BackupSettings {
  const plan = readSelectionPlan(settings, input, { readsFiles: true });
  const select = () => narrowToChanged(createSelection(plan), settings);
  const selection = select();
  const given = readReadingSettings(settings);
  const changed = readChangedFiles(settings);
  const isCounted = input.showsProgress === true && !settings.get('disable-file-scanner');
  return {
    selection,
    counting: isCounted ? select() : undefined,
    changed,
    walkThread:
      changed === undefined && given.workers > 1 ? { plan, leastEntries: LARGE_SOURCE_ENTRIES } : undefined,
    afterStoring: input.afterStoring,
    streams: input.streams ?? [],
    ...given,
    reading: {
      ...given.reading,
      relocations: input.relocations,
      obeysMarks: selection.marks === 'later',
    },
    comparison: settings.get('disable-filetime-check')
      ? 'none'
      : settings.get('check-filetime-only')
        ? 'time-only'
        : 'all',
    volumes: input.volumes,
    controlFiles: settings.get('control-files') ?? [],
    unchanged: settings.get('upload-unchanged-backups') ? 'upload' : 'drop',
    synthetic: settings.get('disable-synthetic-filelist') ? 'drop' : 'make',
    dryRun: settings.get('dry-run'),
    samples: settings.get('no-backend-verification')
      ? { count: 0, percent: 0 }
      : { count: settings.get('backup-test-samples'), percent: settings.get('backup-test-percentage') },
    testing: readSampleSettings(settings, Math.random),
    lastListing: settings.get('no-backend-verification') ? 'skip' : 'check',
    lockDurationMs: settings.get('remote-file-lock-duration'),
    retention: readRetentionPolicy(settings, input.volumes.createdMs),
    compact: readAutoCompactSettings(settings, input.volumes),
  };
}
