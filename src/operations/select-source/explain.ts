import { comparePaths } from '../../base/index.ts';
import { createEmptyFolderFilter, type FilterRule, type SkipReason } from '../../filters/index.ts';
import { type WalkDecision, type WalkedEntry, walk } from '../../sources/index.ts';
import type { OperationContext } from '../context.ts';
import type { SourceSelection } from './selection.ts';

export type ExclusionReason = SkipReason | 'empty-folder';

/** What becomes of one entry of the sources, and why. */
export interface ExplainedEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** `traverse`: not stored, but what lies in it may be. */
  readonly action: WalkDecision;
  readonly reason?: ExclusionReason | undefined;
  /** The rule that decided, if one did. */
  readonly rule?: FilterRule | undefined;
}

/**
 * Walks the sources as a backup does and tells of every entry what becomes of it. Below a folder that is left
 * out nothing is looked at.
 */
export function* explainSelection(
  selection: SourceSelection,
  context: OperationContext,
): Generator<ExplainedEntry> {
  const explainer = new Explainer(selection);
  const walked = walk(selection.roots, {
    accept: (entry) => explainer.accept(entry),
    ignoreFilenames: selection.ignoreFilenames,
    onIgnored: (entry) => explainer.refuse(entry, { action: 'exclude', reason: 'ignore-file' }),
    symlinks: selection.symlinks,
    isStopping: context.control.isStopping,
    onProblem: (problem) => context.log.write('warning', problem.code, problem.message),
  });
  for (const batch of walked) {
    explainer.take(batch);
    yield* explainer.told.splice(0).sort(byPath);
  }
  explainer.refuseRest();
  yield* explainer.told.splice(0).sort(byPath);
}

function byPath(a: ExplainedEntry, b: ExplainedEntry): number {
  return comparePaths(a.path, b.path);
}

type Explanation = Pick<ExplainedEntry, 'action' | 'reason' | 'rule'>;

class Explainer {
  readonly told: ExplainedEntry[] = [];
  readonly #selection: SourceSelection;
  readonly #fullFolders: { push(entry: WalkedEntry): readonly WalkedEntry[] };
  /** Entries that were accepted and are not told yet, with the rule that included them. */
  readonly #accepted = new Map<
    string,
    { readonly entry: WalkedEntry; readonly rule: FilterRule | undefined }
  >();

  constructor(selection: SourceSelection) {
    this.#selection = selection;
    this.#fullFolders =
      selection.emptyFolders === 'drop' ? createEmptyFolderFilter() : { push: (entry) => [entry] };
  }

  accept(entry: WalkedEntry): WalkDecision {
    const { action, reason, rule } = this.#selection.decide(entry);
    if (action === 'include') this.#accepted.set(entry.path, { entry, rule });
    else this.#tell(entry, { action, reason, rule });
    return action;
  }

  refuse(entry: WalkedEntry, explanation: Explanation): void {
    this.#accepted.delete(entry.path);
    this.#tell(entry, explanation);
  }

  take(batch: readonly WalkedEntry[]): void {
    for (const entry of batch.flatMap((one) => this.#fullFolders.push(one))) {
      this.#tell(entry, { action: 'include', rule: this.#accepted.get(entry.path)?.rule });
      this.#accepted.delete(entry.path);
    }
  }

  /** What was accepted and did not stay. */
  refuseRest(): void {
    for (const { entry } of this.#accepted.values())
      this.#tell(entry, { action: 'exclude', reason: 'empty-folder' });
  }

  #tell({ path, kind, stat }: WalkedEntry, explanation: Explanation): void {
    this.told.push({ path, sizeBytes: kind === 'file' ? stat.size : 0, ...explanation });
  }
}
