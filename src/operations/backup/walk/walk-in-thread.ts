import { setImmediate } from 'node:timers/promises';
import { BackupError, type RunControl } from '../../../base/index.ts';
import { Crew } from '../../../pipeline/index.ts';
import type { FoundEntry } from './found-entry.ts';
import { unpackEntries } from './packed-entries.ts';
import type { WalkOrder, WalkReply, WalkRequest } from './walk-messages.ts';
import type { WalkNotes } from './walk-selected.ts';

/**
 * Batches that the walk may be ahead of the caller: at most 130,000 entries, while the caller loads what is
 * known of all blocks.
 */
const BATCHES_AHEAD = 128;

/**
 * Walks in a thread of its own, ahead of the caller. While there is nothing to hand over, this thread does a
 * step of `workMeanwhile` after the other, until that returns false. Ends early on a stop; ends the thread with
 * the caller's loop.
 */
export async function* walkInThread(
  order: WalkOrder,
  { signal, isStopping }: Pick<RunControl, 'signal' | 'isStopping'>,
  { notes, workMeanwhile }: { readonly notes: WalkNotes; readonly workMeanwhile: () => boolean },
): AsyncGenerator<readonly FoundEntry[]> {
  const replies: WalkReply[] = [];
  await using crew = new Crew<WalkRequest, WalkReply>({
    entry: new URL(`./walk-worker${import.meta.url.slice(-3)}`, import.meta.url),
    workerData: order,
    size: 1,
    queue: BATCHES_AHEAD,
    threadName: 'walk',
    isAnswer: () => true,
    receive: (reply) => replies.push(reply),
  });
  for (let batch = 1; batch < BATCHES_AHEAD; batch++) await crew.submit('next', signal);
  while (!isStopping()) {
    while (replies.length === 0 && !signal.aborted && workMeanwhile()) await setImmediate();
    await crew.submit('next', signal);
    for (const { entries, ...met } of replies.splice(0)) {
      passOn(met, notes);
      if (entries === undefined) return;
      yield unpackEntries(entries);
    }
  }
}

function passOn({ tooLarge, filtered, problems }: Omit<WalkReply, 'entries'>, notes: WalkNotes): void {
  for (let count = 0; count < tooLarge; count++) notes.onTooLarge();
  for (let count = 0; count < filtered; count++) notes.onFiltered();
  for (const problem of problems) notes.onProblem(BackupError.fromJSON(problem));
}
