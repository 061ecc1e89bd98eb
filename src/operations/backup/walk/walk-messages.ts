import type { SerializedError } from '../../../base/index.ts';
import type { Relocation } from '../../../sources/index.ts';
import type { SelectionPlan } from '../../select-source/selection.ts';
import type { PackedEntries } from './packed-entries.ts';

/** What the thread of a walk is given. */
export interface WalkOrder {
  readonly plan: SelectionPlan;
  readonly relocations: readonly Relocation[] | undefined;
}

/** Asks for the next entries. */
export type WalkRequest = 'next';

/** The answer: entries, or `undefined` at the end of the walk, and what the walk met on its way there. */
export interface WalkReply {
  readonly type: 'walked';
  readonly entries: PackedEntries | undefined;
  readonly tooLarge: number;
  readonly filtered: number;
  readonly problems: readonly SerializedError[];
}
