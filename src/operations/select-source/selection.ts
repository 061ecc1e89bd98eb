import {
  type CandidateEntry,
  compileFilter,
  createEntryDecider,
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

/** Which entries of the sources a backup stores. It belongs to one walk, for it remembers hard links. */
export interface SourceSelection {
  readonly roots: readonly string[];
  readonly decide: (entry: WalkedEntry) => EntryDecision;
  readonly ignoreFilenames: readonly string[];
  readonly symlinks: 'store' | 'follow';
  /** Folders without anything in them are left out. */
  readonly emptyFolders: 'keep' | 'drop';
  /** Whether extended attributes that ask to leave an entry out are obeyed; `later`: those of files are not looked at by `decide`, but left to whoever reads the file. */
  readonly marks: 'obey' | 'later' | 'ignore';
}

/** What the options say of it. Throws `FilterError` for a rule that cannot be understood. With `readsFiles`, marks of files are left to the reading where that makes no difference. */
export function readSourceSelection(
  settings: ProgramSettings,
  input: SelectionInput,
  { readsFiles = false } = {},
): SourceSelection {
  const emptyFolders = settings.get('exclude-empty-folders') ? 'drop' : 'keep';
  const obeyed = readsFiles && emptyFolders === 'keep' ? 'later' : 'obey';
  const marks = settings.get('disable-backup-exclusion-xattr') ? 'ignore' : obeyed;
  return {
    roots: input.prepared.roots,
    decide: createDecider(settings, { filter: compileRules(input), marks }, input.forbiddenPaths),
    ignoreFilenames: settings.get('ignore-filenames') ?? [],
    symlinks: settings.get('symlink-policy') === 'Follow' ? 'follow' : 'store',
    emptyFolders,
    marks,
  };
}

/** Sources that lie inside another come first as includes, so that no rule takes them out again. */
function compileRules({ prepared, rules, filterContext }: SelectionInput): Filter {
  const filter = compileFilter(rules, filterContext);
  if (!filter.hasExcludes || prepared.contained.length === 0) return filter;
  const kept = prepared.contained.map((path): FilterRule => ({ kind: 'include', expression: `@${path}` }));
  return compileFilter([...kept, ...rules], filterContext);
}

/** Another run's snapshot would be the same files a second time. */
const FORBIDDEN: EntryDecision = { action: 'exclude', reason: 'forbidden' };

function createDecider(
  settings: ProgramSettings,
  { filter, marks }: { readonly filter: Filter; readonly marks: SourceSelection['marks'] },
  forbiddenPaths: ReadonlySet<string>,
): (entry: WalkedEntry) => EntryDecision {
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
    marks,
  };
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
