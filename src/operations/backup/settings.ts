import { availableParallelism } from 'node:os';
import {
  type CandidateEntry,
  compileFilter,
  createEntryDecider,
  type Filter,
  type FilterContext,
  type FilterRule,
} from '../../filters/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import type { BlockVolumeSettings, SourceSettings } from '../../pipeline/index.ts';
import {
  attributeBits,
  isMarkedExcluded,
  type PreparedSources,
  type WalkDecision,
  type WalkedEntry,
} from '../../sources/index.ts';
import { readAutoCompactSettings } from '../compact/settings.ts';
import { readRetentionPolicy } from '../delete/settings.ts';
import { readTestSettings } from '../test/settings.ts';
import type { BackupSettings } from './backup-settings.ts';
import { COMPRESSED_EXTENSIONS } from './compressed-extensions.ts';

export interface BackupInput {
  readonly prepared: PreparedSources;
  /** Include and exclude rules in the order of the command line. */
  readonly rules: readonly FilterRule[];
  readonly filterContext: FilterContext;
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  /** Paths that are never stored: the local database and its companions. */
  readonly forbiddenPaths: ReadonlySet<string>;
}

/** What a backup reads from the options. */
export function readBackupSettings(settings: ProgramSettings, input: BackupInput): BackupSettings {
  const filter = compileBackupFilter(input);
  return {
    sources: input.prepared.roots,
    accept: createAccept(settings, filter, input.forbiddenPaths),
    ignoreFilenames: settings.get('ignore-filenames') ?? [],
    emptyFolders: settings.get('exclude-empty-folders') ? 'drop' : 'keep',
    reading: readReading(settings),
    comparison: settings.get('disable-filetime-check')
      ? 'none'
      : settings.get('check-filetime-only')
        ? 'time-only'
        : 'all',
    volumes: input.volumes,
    workers: readWorkers(settings),
    parallelUploads: settings.get('synchronous-upload')
      ? 1
      : Math.max(1, settings.get('asynchronous-upload-limit')),
    controlFiles: settings.get('control-files') ?? [],
    unchanged: settings.get('upload-unchanged-backups') ? 'upload' : 'drop',
    synthetic: settings.get('disable-synthetic-filelist') ? 'drop' : 'make',
    dryRun: settings.get('dry-run'),
    samples: settings.get('no-backend-verification')
      ? { count: 0, percent: 0 }
      : { count: settings.get('backup-test-samples'), percent: settings.get('backup-test-percentage') },
    testing: readTestSettings(settings, 0, Math.random),
    lastListing: settings.get('no-backend-verification') ? 'skip' : 'check',
    retention: readRetentionPolicy(settings, input.volumes.createdMs),
    compact: readAutoCompactSettings(settings, input.volumes),
  };
}

/** Sources that lie inside another come first as includes, so that no rule takes them out again. */
function compileBackupFilter({ prepared, rules, filterContext }: BackupInput): Filter {
  const filter = compileFilter(rules, filterContext);
  if (!filter.hasExcludes || prepared.contained.length === 0) return filter;
  const kept = prepared.contained.map((path): FilterRule => ({ kind: 'include', expression: `@${path}` }));
  return compileFilter([...kept, ...rules], filterContext);
}

function readReading(settings: ProgramSettings): SourceSettings {
  return {
    metadata: settings.get('skip-metadata') ? 'none' : 'read',
    symlinks: settings.get('symlink-policy') === 'Follow' ? 'follow' : 'store',
    content: settings.get('disable-filetime-check') ? 'always' : 'changed',
    compressedExtensions: COMPRESSED_EXTENSIONS,
  };
}

function readWorkers(settings: ProgramSettings): number {
  const asked = settings.get('concurrency-max-threads');
  return asked > 0 ? asked : Math.max(1, availableParallelism());
}

/** The walk's question to the filters. */
function createAccept(
  settings: ProgramSettings,
  filter: Filter,
  forbiddenPaths: ReadonlySet<string>,
): (entry: WalkedEntry) => WalkDecision {
  const largest = settings.get('skip-files-larger-than');
  const excludedAttributes = settings.get('exclude-files-attributes') ?? [];
  const decide = createEntryDecider({
    filter,
    excludedAttributes,
    symlinkPolicy: settings.get('symlink-policy'),
    hardlinkPolicy: settings.get('hardlink-policy'),
    forbiddenPaths,
    takesDevices: true,
    ...(largest === undefined || largest === 0 ? {} : { largestFileBytes: largest }),
  });
  const reading = {
    attributes: excludedAttributes.length > 0,
    marks: !settings.get('disable-backup-exclusion-xattr'),
  };
  return (entry) => decide(toCandidate(entry, reading)).action;
}

function toCandidate(
  entry: WalkedEntry,
  reading: { readonly attributes: boolean; readonly marks: boolean },
): CandidateEntry {
  const { stat, kind } = entry;
  return {
    path: entry.path,
    kind,
    isRoot: entry.isRoot,
    sizeBytes: kind === 'file' ? stat.size : 0,
    attributes: reading.attributes
      ? attributeBits({ path: entry.path, kind, mode: stat.mode, uid: stat.uid, gid: stat.gid })
      : 0,
    ...(kind === 'file' && stat.nlink > 1 ? { hardLinkId: `${stat.dev}:${stat.ino}` } : undefined),
    ...(reading.marks ? { asksForExclusion: () => isMarkedExcluded(entry.systemPath) } : undefined),
  };
}
