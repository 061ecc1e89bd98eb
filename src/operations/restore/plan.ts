import { ENTRY_FLAGS, RESTORE_KINDS } from '../../pipeline/index.ts';
import type { BlockUseList, Survey } from './survey.ts';
import { findTwins, type Twins } from './twins.ts';

/** Decides which files are made from others, and takes the blocks of those off the list. */
export function planTwins(survey: Survey, dropped: Uint8Array, mayRepeat: (entry: number) => boolean): Twins {
  const { table, content, metadata, faults } = survey;
  const twins = findTwins({
    count: table.count,
    hashOf: (entry) => table.hash(entry),
    kind: table.kind,
    content: content.slice(),
    metadata,
    mayRepeat: (entry) => mayRepeat(entry) && !faults.has(entry),
  });
  for (const entry of twins.entries) dropUses(survey.uses, dropped, entry);
  for (const model of twins.models) table.setFlag(model, ENTRY_FLAGS.keepMetadata);
  return twins;
}

/** Takes all blocks of an entry off the list. */
export function dropUses(uses: BlockUseList, dropped: Uint8Array, entry: number): void {
  dropped.fill(1, uses.firstOf[entry], uses.firstOf[entry + 1]);
}

/**
 * Files that wait for no block and are not made from others: empty ones without metadata, and those that are
 * right already.
 */
export function readyFiles(survey: Survey, twins: Twins): Uint32Array {
  const { table, faults } = survey;
  const isTwin = new Uint8Array(table.count);
  for (const entry of twins.entries) isTwin[entry] = 1;
  const ready: number[] = [];
  for (let entry = 0; entry < table.count; entry++) {
    if (table.kind[entry] !== RESTORE_KINDS.file || table.remaining[entry] !== 0) continue;
    if (isTwin[entry] === 0 && !faults.has(entry)) ready.push(entry);
  }
  return Uint32Array.from(ready);
}
