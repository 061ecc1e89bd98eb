import { rmSync } from 'node:fs';
import { errorMessage, pool } from '../../base/index.ts';
import { ENTRY_STATES, RESTORE_KINDS, type RestoreCrew, type RestoreTable } from '../../pipeline/index.ts';
import type { TargetGuard } from '../../sources/index.ts';
import { type BlockPlan, isMetadata, usesOf } from './block-plan.ts';
import type { Faults } from './faults.ts';
import { absolute } from './prepare-target.ts';
import type { RestoreProgress } from './progress.ts';
import type { Twins } from './twins.ts';

export interface FinishWork {
  readonly crew: RestoreCrew;
  readonly table: RestoreTable;
  readonly faults: Faults;
  readonly progress: RestoreProgress;
  readonly workers: number;
  readonly signal: AbortSignal;
}

const BATCH_ENTRIES = 512;

/** Completes files that wait for no block. */
export async function completeFiles(work: FinishWork, entries: Uint32Array): Promise<void> {
  await pool(work.workers * 2, cut(entries), async ([start, end]) => {
    await work.crew.run({ type: 'complete', entries: entries.slice(start, end) }, work.signal);
  });
}

/**
 * Joins files that were restored one by one and are names of one file: those whose metadata differ, as those
 * of a hidden name do.
 */
export async function joinHardLinks(work: FinishWork, references: Int32Array): Promise<void> {
  const { entries, models } = work.progress.hardLinks.take(work.table, references);
  if (entries.length > 0) await work.crew.run({ type: 'join', entries, models }, work.signal);
}

/** Sets the flags of files that have all their names now. */
export async function flagHardLinks(work: FinishWork): Promise<void> {
  const { flagged } = work.progress.hardLinks;
  if (flagged.length > 0) await work.crew.run({ type: 'flag', flagged }, work.signal);
}

/** Makes the files that equal others. */
export async function repeatTwins(work: FinishWork, twins: Twins): Promise<void> {
  const { entries, models } = twins;
  await pool(work.workers * 2, cut(entries), async ([start, end]) => {
    const order = {
      type: 'repeat',
      entries: entries.slice(start, end),
      models: models.slice(start, end),
    } as const;
    await work.crew.run(order, work.signal);
  });
}

/**
 * Makes the links and then gives the folders their metadata, contents before the folder. All by one worker,
 * so that it knows every link that was made and none leads a later entry astray.
 */
export async function finishLinksAndFolders(work: FinishWork): Promise<void> {
  const { table, faults } = work;
  const links: number[] = [];
  const folders: number[] = [];
  for (let entry = 0; entry < table.count; entry++) {
    if (faults.has(entry)) continue;
    if (table.kind[entry] === RESTORE_KINDS.symlink) links.push(entry);
    if (table.kind[entry] === RESTORE_KINDS.folder) folders.push(entry);
  }
  const entries = Uint32Array.from([...links, ...folders.reverse()]);
  if (entries.length > 0) await work.crew.run({ type: 'complete', entries }, work.signal);
}

/**
 * Settles the entries whose blocks could not be had: content lost breaks a file, metadata lost is noted.
 * Returns the files that are complete but for their metadata.
 */
export function settleLost(
  work: FinishWork,
  plan: BlockPlan,
  lost: ReadonlyMap<number, string>,
): Uint32Array {
  const { table, faults, progress } = work;
  const withoutMetadata = new Set<number>();
  for (const [block, volume] of lost) {
    for (const use of usesOf(plan, block)) {
      const entry = plan.uses.entries[use] ?? 0;
      if (plan.dropped[use] === 1) continue;
      if (isMetadata(plan.uses, use)) {
        withoutMetadata.add(entry);
        table.countDown(entry);
      } else faults.add(entry, reasonOf(volume));
    }
  }
  for (const entry of withoutMetadata) {
    table.metadataBytes[entry] = 0;
    progress.noteLost(`The metadata of '${table.path(entry) || '.'}' is lost.`);
  }
  const isComplete = (entry: number) =>
    table.kind[entry] === RESTORE_KINDS.file && table.remaining[entry] === 0 && !faults.has(entry);
  return Uint32Array.from(withoutMetadata).filter(isComplete);
}

function reasonOf(volume: string): string {
  return volume === ''
    ? 'a part of its content lies in no volume that is known'
    : `a part of its content lies in the volume '${volume}', which could not be read in full`;
}

/** Removes the files that this restore began and did not complete. No worker may be running. */
export function removeUnfinished(table: RestoreTable, guard: TargetGuard, faults: Faults): void {
  for (let entry = 0; entry < table.count; entry++) {
    if (table.getState(entry) !== ENTRY_STATES.started) continue;
    try {
      rmSync(guard.resolve(absolute(guard, table.path(entry))), { force: true });
    } catch (error) {
      faults.add(entry, `it is not complete, and could not be removed: ${errorMessage(error)}`);
    }
  }
}

function* cut(entries: Uint32Array): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < entries.length; start += BATCH_ENTRIES) yield [start, start + BATCH_ENTRIES];
}
