import { attributeMask } from './attributes.ts';
import type { Filter } from './compile.ts';
import type { FilterRule } from './rule.ts';

/**
 * What the walk of a source knows of an entry before it decides. The functions are asked only when everything
 * before them said yes.
 */
export interface CandidateEntry {
  /** Absolute; ends in a separator for folders, and for links to folders. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'fifo' | 'socket' | 'block-device' | 'character-device';
  /** True for the sources themselves. */
  readonly isRoot: boolean;
  /** Of files; links and folders have 0. */
  readonly sizeBytes: number;
  /** Bits of `FILE_ATTRIBUTES`. */
  readonly attributes: number;
  /** Equal for all names of one file; absent where the link count is 1. */
  readonly hardLinkId?: string | undefined;
  /** For folders and links to folders: whether a file of this name lies in it. */
  readonly holdsFile?: (name: string) => boolean;
  /** Whether an extended attribute asks to leave the entry out. */
  readonly asksForExclusion?: () => boolean;
}

export interface EntryDeciderOptions {
  readonly filter: Filter;
  /** Names of attributes whose bearers are left out. */
  readonly excludedAttributes?: readonly string[];
  /** A folder that holds a file of one of these names is left out. */
  readonly ignoreFilenames?: readonly string[];
  /** `Infinity` when absent. */
  readonly largestFileBytes?: number;
  readonly symlinkPolicy?: 'Store' | 'Follow' | 'Ignore';
  readonly hardlinkPolicy?: 'First' | 'All' | 'None';
  /** Devices are left out as in Duplicati unless this is true. */
  readonly takesDevices?: boolean;
  /** Paths that are never stored, such as the local database and its companions. */
  readonly forbiddenPaths?: ReadonlySet<string>;
}

export type SkipReason =
  | 'forbidden'
  | 'device'
  | 'hard-link'
  | 'ignore-file'
  | 'attribute'
  | 'filter'
  | 'extended-attribute'
  | 'link'
  | 'size';

/** `traverse`: the folder itself is not stored, but entered. A folder that is excluded is never entered. */
export interface EntryDecision {
  readonly action: 'include' | 'traverse' | 'exclude';
  /** Why it is not stored. */
  readonly reason?: SkipReason;
  /** The filter rule that decided, if one did. */
  readonly rule?: FilterRule;
}

const INCLUDED: EntryDecision = { action: 'include' };
const TRAVERSED: EntryDecision = { action: 'traverse', reason: 'filter' };

/**
 * Makes the function that says for each entry, in the order of the walk, what becomes of it. The order of the
 * questions is Duplicati's: forbidden paths, devices, hard links, ignore files, attributes, filter, extended
 * attribute, links; then the size of files. Sources themselves are asked the first two and the size only. One
 * function belongs to one walk, for it remembers hard links.
 *
 * With a filter of includes only, folders are entered although no rule names them, and are stored only when
 * one does. (A link to a folder is stored then, because nothing asks again for links: an oddity of Duplicati
 * that is kept, so that both programs store the same.)
 */
export function createEntryDecider(options: EntryDeciderOptions): (entry: CandidateEntry) => EntryDecision {
  const questions = [
    askForbidden(options),
    askDevice(options),
    askHardLink(options),
    askIgnoreFile(options),
    askAttributes(options),
  ];
  const { filter, symlinkPolicy = 'Store', largestFileBytes = Number.POSITIVE_INFINITY } = options;

  const decideFiltered = (entry: CandidateEntry): EntryDecision => {
    const { isIncluded, rule } = filter.decide(entry.path);
    const isFolderLike = isFolderPath(entry.path);
    const isTraversed = !isIncluded && filter.isIncludesOnly && isFolderLike;
    if (!isIncluded && !isTraversed) return skip('filter', rule);
    if (entry.asksForExclusion?.() === true) return skip('extended-attribute');
    if (entry.kind === 'symlink') return symlinkPolicy === 'Ignore' ? skip('link') : include(rule);
    return isTraversed ? TRAVERSED : take(entry, rule);
  };

  const take = (entry: CandidateEntry, rule?: FilterRule): EntryDecision =>
    entry.kind === 'file' && entry.sizeBytes > largestFileBytes ? skip('size') : include(rule);

  return (entry) => {
    for (const [index, ask] of questions.entries()) {
      if (entry.isRoot && index >= QUESTIONS_FOR_ROOTS) break;
      const reason = ask(entry);
      if (reason !== undefined) return skip(reason);
    }
    return entry.isRoot ? decideRoot(entry, filter, take) : decideFiltered(entry);
  };
}

const QUESTIONS_FOR_ROOTS = 2;

/** A source is never left out by a rule; but with includes only, its own entry is stored only when a rule names it. */
function decideRoot(
  entry: CandidateEntry,
  filter: Filter,
  take: (entry: CandidateEntry) => EntryDecision,
): EntryDecision {
  if (!filter.isIncludesOnly || filter.decide(entry.path).isIncluded) return take(entry);
  return entry.kind === 'folder' ? TRAVERSED : skip('filter');
}

type Question = (entry: CandidateEntry) => SkipReason | undefined;

function askForbidden({ forbiddenPaths }: EntryDeciderOptions): Question {
  return (entry) => (forbiddenPaths?.has(entry.path) === true ? 'forbidden' : undefined);
}

function askDevice({ takesDevices = false }: EntryDeciderOptions): Question {
  return ({ kind }) =>
    !takesDevices && (kind === 'block-device' || kind === 'character-device') ? 'device' : undefined;
}

function askHardLink({ hardlinkPolicy = 'All' }: EntryDeciderOptions): Question {
  const seen = new Set<string>();
  return ({ hardLinkId }) => {
    if (hardlinkPolicy === 'All' || hardLinkId === undefined) return undefined;
    if (hardlinkPolicy === 'None' || seen.has(hardLinkId)) return 'hard-link';
    seen.add(hardLinkId);
    return undefined;
  };
}

function askIgnoreFile({ ignoreFilenames = [] }: EntryDeciderOptions): Question {
  return ({ path, holdsFile }) =>
    holdsFile !== undefined && isFolderPath(path) && ignoreFilenames.some((name) => holdsFile(name))
      ? 'ignore-file'
      : undefined;
}

function askAttributes({ excludedAttributes = [] }: EntryDeciderOptions): Question {
  const mask = attributeMask(excludedAttributes);
  return ({ attributes }) => ((attributes & mask) === 0 ? undefined : 'attribute');
}

function isFolderPath(path: string): boolean {
  return path.endsWith('/') || path.endsWith('\\');
}

function include(rule?: FilterRule): EntryDecision {
  return rule === undefined ? INCLUDED : { action: 'include', rule };
}

function skip(reason: SkipReason, rule?: FilterRule): EntryDecision {
  return { action: 'exclude', reason, ...(rule === undefined ? {} : { rule }) };
}
