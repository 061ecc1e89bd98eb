import { type Relocation, type SourceError, type WalkedEntry, walk } from '../../../sources/index.ts';
import type { SourceSelection } from '../../select-source/selection.ts';

/** What a walk tells beside the entries it finds. */
export interface WalkNotes {
  readonly onTooLarge: () => void;
  readonly onFiltered: () => void;
  readonly onProblem: (problem: SourceError) => void;
}

/** The entries that a selection chooses, in the order of the walk, in batches. */
export function walkSelected(
  selection: SourceSelection,
  options: { readonly relocations: readonly Relocation[] | undefined; readonly isStopping?: () => boolean },
  notes: WalkNotes,
): Generator<readonly WalkedEntry[]> {
  return walk(selection.roots, {
    ...options,
    accept: (entry) => {
      const { action, reason } = selection.decide(entry);
      if (action === 'exclude' && reason === 'size') notes.onTooLarge();
      if (action === 'exclude' && reason === 'filter') notes.onFiltered();
      return action;
    },
    ignoreFilenames: selection.ignoreFilenames,
    symlinks: selection.symlinks,
    onProblem: notes.onProblem,
  });
}
