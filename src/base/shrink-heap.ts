import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Less than this is not worth the tenth of a second that a full collection takes. */
const WORTHWHILE_BYTES = 48 * 1024 * 1024;

type Collect = (settings: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

let collect: Collect | undefined;

/**
 * Gives back the memory that a phase with much garbage left behind, where that is much. For use before a
 * long phase with little of it: by itself the engine keeps what it once needed. Takes the time of a full
 * collection.
 */
export function shrinkHeap(): void {
  if (v8.getHeapStatistics().total_heap_size < WORTHWHILE_BYTES) return;
  collect ??= findCollector();
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** The engine has it only for contexts that are made while this is switched on. */
function findCollector(): Collect {
  v8.setFlagsFromString('--expose-gc');
  const found: Collect = runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return found;
}
