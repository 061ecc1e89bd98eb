import type { ProgramSettings } from '../../options/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { CompactRules } from './plan.ts';

/** How volumes are compacted. */
export interface CompactSettings {
  readonly rules: Omit<CompactRules, 'blocksizeBytes'>;
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  readonly parallelUploads: number;
  readonly dryRun: boolean;
}

/** How volumes are compacted after an operation that may have left waste. */
export interface AutoCompactSettings extends CompactSettings {
  /** No compaction within this time of the last one. */
  readonly leastIntervalMs: number;
}

/** Volumes count as small up to a fifth of the size that they should have. */
const SMALL_SHARE = 0.2;

/** What the options say of compaction. */
export function readCompactSettings(
  settings: ProgramSettings,
  volumes: CompactSettings['volumes'],
): CompactSettings {
  const { dblockSizeBytes } = volumes;
  return {
    rules: {
      thresholdPercent: settings.get('threshold'),
      smallFileBytes: settings.get('small-file-size') ?? Math.floor(dblockSizeBytes * SMALL_SHARE),
      smallFileMaxCount: settings.get('small-file-max-count'),
      dblockSizeBytes,
    },
    volumes,
    parallelUploads: settings.get('synchronous-upload')
      ? 1
      : Math.max(1, settings.get('asynchronous-upload-limit')),
    dryRun: settings.get('dry-run'),
  };
}

/** What the options say of the compaction that follows other operations; `undefined`: none does. */
export function readAutoCompactSettings(
  settings: ProgramSettings,
  volumes: CompactSettings['volumes'],
): AutoCompactSettings | undefined {
  if (settings.get('no-auto-compact')) return undefined;
  return {
    ...readCompactSettings(settings, volumes),
    leastIntervalMs: settings.get('auto-compact-interval'),
  };
}
