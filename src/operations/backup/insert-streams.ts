import { comparePaths } from '../../base/index.ts';
import type { StreamSource, WalkedEntry } from '../../sources/index.ts';

/** The entries of the walk with the streams (sorted by path) among them, in the order of paths. A stream takes the place of a file of its name. */
export function* insertStreams(
  batches: Iterable<readonly WalkedEntry[]>,
  streams: readonly StreamSource[],
): Generator<readonly WalkedEntry[]> {
  const waiting = streams.map(({ entry }) => entry);
  for (const batch of batches) yield waiting.length === 0 ? batch : [...insert(batch, waiting)];
  if (waiting.length > 0) yield waiting;
}

/** Takes off `waiting` what it gives. */
function* insert(batch: readonly WalkedEntry[], waiting: WalkedEntry[]): Generator<WalkedEntry> {
  for (const entry of batch) {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (comparePaths(next.path, entry.path) >= 0) break;
      waiting.shift();
      yield next;
    }
    if (waiting[0]?.path !== entry.path) yield entry;
  }
}
