import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { RetentionPolicy } from '../../retention/index.ts';
import type { StreamSource } from '../../sources/index.ts';
import type { AutoCompactSettings } from '../compact/settings.ts';
import type { SelectionPlan, SourceSelection } from '../select-source/selection.ts';
import type { TestSettings } from '../test/settings.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { ReadingSettings } from './reading.ts';

/** What a backup does, frozen before it starts. */
export interface BackupSettings extends ReadingSettings {
  readonly selection: SourceSelection;
  /** By what a thread of its own walks sources of so many entries or more; `undefined`: all are walked in this one. */
  readonly walkThread: { readonly plan: SelectionPlan; readonly leastEntries: number } | undefined;
  /**
   * The same selection for a count of the source that runs ahead for the sake of progress; `undefined`:
   * nothing is counted.
   */
  readonly counting: SourceSelection | undefined;
  /** Only these files are looked at; `undefined`: all. */
  readonly changed: ChangedFiles | undefined;
  /** Files whose content comes from running programs, sorted by path. */
  readonly streams: readonly StreamSource[];
  /** What makes a known file worth a closer look: any difference that `lstat` shows, or only its time. */
  readonly comparison: 'all' | 'time-only' | 'none';
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  readonly controlFiles: readonly string[];
  /** Whether a run without any change makes a version. */
  readonly unchanged: 'drop' | 'upload';
  /** Whether an interrupted run becomes a partial version. */
  readonly synthetic: 'make' | 'drop';
  readonly dryRun: boolean;
  /** Runs once the version is stored, before older ones go. */
  readonly afterStoring?: (() => Promise<void>) | undefined;
  /** Sample sets of volumes to read back afterwards: at least this many, or this share of all volumes. */
  readonly samples: { readonly count: number; readonly percent: number };
  /** How those samples are tested; their number is settled at the end. */
  readonly testing: TestSettings;
  /** Whether the destination is listed again at the end. */
  readonly lastListing: 'check' | 'skip';
  /**
   * How long the destination is to refuse to delete the volumes of the new version; `undefined`: they are not
   * locked.
   */
  readonly lockDurationMs: number | undefined;
  /** Which older versions go once the new one is stored; `undefined`: none. */
  readonly retention: RetentionPolicy | undefined;
  /** How space is reclaimed at the end; `undefined`: it is not. */
  readonly compact: AutoCompactSettings | undefined;
}
