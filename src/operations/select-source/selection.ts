import {
  type CandidateEntry,
  compileFilter,
  createEntryDecider,
  type EntryDeciderOptions,
  type EntryDecision,
  type Filter,
  type FilterContext,
  type FilterRule,
} from '../../filters/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import {
  attributeBits,
  isMarkedExcluded,
  isSnapshotFolder,
  type PreparedSources,
  type WalkedEntry,
} from '../../sources/index.ts';

export interface SelectionInput {
  readonly prepared: PreparedSources;
  /** Include and exclude rules in the order of the command line. */
  readonly rules: readonly FilterRule[];
  readonly filterContext: FilterContext;
  /** Paths that are never stored: the local database and its companions. */
  readonly forbiddenPaths: ReadonlySet<string>;
}

/**
 * What decides which entries of the sources a backup stores. Plain data, so that another thread can decide
 * the same.
 */
export interface SelectionPlan {
  readonly roots: readonly string[];
  /** Sources that lie inside another. */
  readonly contained: readonly string[];
  readonly rules: readonly FilterRule[];
  readonly filterContext: FilterContext;
  readonly forbiddenPaths: ReadonlySet<string>;
  readonly ignoreFilenames: readonly string[];
  readonly excludedAttributes: NonNullable<EntryDeciderOptions['excludedAttributes']>;
  readonly symlinkPolicy: NonNullable<EntryDeciderOptions['symlinkPolicy']>;
  readonly hardlinkPolicy: NonNullable<EntryDeciderOptions['hardlinkPolicy']>;
  /** `undefined`: files of any length. */
  readonly largestFileBytes: number | undefined;
  /** Folders without anything in them are left out. */
  readonly emptyFolders: 'keep' | 'drop';
  /**
   * Whether extended attributes that ask to leave an entry out are obeyed; `later`: those of files are not
   * looked at by `decide`, but left to whoever reads the file.
   */
  readonly marks: 'obey' | 'later' | 'ignore';
}

/** Which entries of the sources a backup stores. It belongs to one walk, for it remembers hard links. */
export interface SourceSelection {
  readonly roots: readonly string[];
  readonly decide: (entry: WalkedEntry) => EntryDecision;
  readonly ignoreFilenames: readonly string[];
  readonly symlinks: 'store' | 'follow';
  readonly emptyFolders: SelectionPlan['emptyFolders'];
  readonly marks: SelectionPlan['marks'];
}

/**
 * What the options say of it. With `readsFiles`, marks of files are left to the reading where that makes no
 * difference.
 */
export function readSelectionPlan(
  settings: ProgramSettings,
  { prepared, rules, filterContext, forbiddenPaths }: SelectionInput,
  { readsFiles = false } = {},
): SelectionPlan {
  const emptyFolders = settings.get('exclude-empty-folders') ? 'drop' : 'keep';
  const obeyed = readsFiles && emptyFolders === 'keep' ? 'later' : 'obey';
  const largest = settings.get('skip-files-larger-than');
  return {
    roots: prepared.roots,
    contained: prepared.contained,
    rules,
    filterContext,
    forbiddenPaths,
    ignoreFilenames: settings.get('ignore-filenames') ?? [],
    excludedAttributes: settings.get('exclude-files-attributes') ?? [],
    symlinkPolicy: settings.get('symlink-policy'),
    hardlinkPolicy: settings.get('hardlink-policy'),
    largestFileBytes: largest === 0 ? undefined : largest,
    emptyFolders,
    marks: settings.get('disable-backup-exclusion-xattr') ? 'ignore' : obeyed,
  };
}

/** Throws `FilterError` for a rule that cannot be understood. */
export function createSelection(plan: SelectionPlan): SourceSelection {
  return {
    roots: plan.roots,
    decide: createDecider(plan),
    ignoreFilenames: plan.ignoreFilenames,
    symlinks: plan.symlinkPolicy === 'Follow' ? 'follow' : 'store',
    emptyFolders: plan.emptyFolders,
    marks: plan.marks,
  };
}

/** The selection that the options ask for. Throws `FilterError` for a rule that cannot be understood. */
export function readSourceSelection(settings: ProgramSettings, input: SelectionInput): SourceSelection {
  return createSelection(readSelectionPlan(settings, input));
}

/** Sources that lie inside another come first as includes, so that no rule takes them out again. */
function compileRules({ contained, rules, filterContext }: SelectionPlan): Filter {
  const filter = compileFilter(rules, filterContext);
  if (!filter.hasExcludes || contained.length === 0) return filter;
  const kept = contained.map((path): FilterRule => ({ kind: 'include', expression: `@${path}` }));
  return compileFilter([...kept, ...rules], filterContext);
}

/** Another run's snapshot would be the same files a second time. */
const FORBIDDEN: EntryDecision = { action: 'exclude', reason: 'forbidden' };

function createDecider(plan: SelectionPlan): (entry: WalkedEntry) => EntryDecision {
  const { excludedAttributes, symlinkPolicy, hardlinkPolicy, forbiddenPaths, largestFileBytes, marks } = plan;
  const decide = createEntryDecider({
    filter: compileRules(plan),
    excludedAttributes,
    symlinkPolicy,
    hardlinkPolicy,
    forbiddenPaths,
    takesDevices: true,
    ...(largestFileBytes === undefined ? {} : { largestFileBytes }),
  });
  const reading = { attributes: excludedAttributes.length > 0, marks };
  return (entry) =>
    entry.kind === 'folder' && isSnapshotFolder(entry.path) ? FORBIDDEN : decide(toCandidate(entry, reading));
}

function toCandidate(
  entry: WalkedEntry,
  reading: { readonly attributes: boolean; readonly marks: SourceSelection['marks'] },
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
    ...(reading.marks === 'obey' || (reading.marks === 'later' && kind !== 'file')
      ? { asksForExclusion: () => isMarkedExcluded(entry.systemPath) }
      : undefined),
  };
}
