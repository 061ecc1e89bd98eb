import { profile } from '../../../base/index.ts';
import type { OperationContext } from '../../context.ts';
import type { BackupSettings } from '../backup-settings.ts';
import type { BackupResult } from '../result.ts';
import type { FoundEntry } from './found-entry.ts';
import { Intake } from './intake.ts';
import { walkInThread } from './walk-in-thread.ts';
import { walkSelected } from './walk-selected.ts';

/** What a walk needs of the settings of a backup. */
export type WalkSettings = Pick<BackupSettings, 'selection' | 'walkThread' | 'reading' | 'streams'>;

/**
 * The entries that the settings choose, in the order of the walk, in batches. What is left out for its size
 * and what cannot be read is counted and told.
 */
export function* walkSource(
  settings: WalkSettings,
  result: BackupResult,
  context: OperationContext,
): Generator<readonly FoundEntry[]> {
  const intake = new Intake(settings, result, context);
  const { isStopping } = context.control;
  const { relocations } = settings.reading;
  const walked = walkSelected(settings.selection, { relocations, isStopping }, intake.notes);
  for (const batch of profile.each('walk', walked)) yield intake.take(batch);
  yield intake.end();
}

export interface LargeWalk {
  /** About how many entries the source has. */
  readonly expectedEntries: number;
  /** A step of what the caller can do while nothing comes; false when there is no more. */
  readonly workMeanwhile: () => boolean;
}

/** The same, walked in a thread of its own where the settings have one for a source of about so many entries. */
export async function* walkLargeSource(
  settings: WalkSettings,
  { expectedEntries, workMeanwhile }: LargeWalk,
  result: BackupResult,
  context: OperationContext,
): AsyncGenerator<readonly FoundEntry[]> {
  const { walkThread, reading } = settings;
  if (walkThread === undefined || expectedEntries < walkThread.leastEntries) {
    yield* walkSource(settings, result, context);
    return;
  }
  const intake = new Intake(settings, result, context);
  const order = { plan: walkThread.plan, relocations: reading.relocations };
  for await (const batch of walkInThread(order, context.control, { notes: intake.notes, workMeanwhile }))
    yield intake.take(batch);
  yield intake.end();
}
