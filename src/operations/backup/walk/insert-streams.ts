import { comparePaths } from '../../../base/index.ts';
import type { StreamSource } from '../../../sources/index.ts';
import type { FoundEntry } from './found-entry.ts';

/** Puts streams among the entries of a walk, in the order of paths. A stream takes the place of a file of its name. */
export class StreamInsertion {
  readonly #waiting: FoundEntry[];

  /** `streams` are sorted by path. */
  constructor(streams: readonly StreamSource[]) {
    this.#waiting = streams.map(({ entry }) => entry);
  }

  /** The next entries of the walk, with the streams that come before the last of them. */
  insert(batch: readonly FoundEntry[]): readonly FoundEntry[] {
    return this.#waiting.length === 0 ? batch : [...this.#merge(batch)];
  }

  /** The streams behind the last entry. */
  rest(): readonly FoundEntry[] {
    return this.#waiting.splice(0);
  }

  *#merge(batch: readonly FoundEntry[]): Generator<FoundEntry> {
    for (const entry of batch) {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        if (comparePaths(next.path, entry.path) >= 0) break;
        this.#waiting.shift();
        yield next;
      }
      if (this.#waiting[0]?.path !== entry.path) yield entry;
    }
  }
}
