import type { SignalOptions } from '../destination.ts';

/**
 * Places for work of which only so much may go on at once; whoever finds none waits for the first one that is
 * left, in the order of coming.
 */
export class Turns {
  #places: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#places = places;
  }

  /** Resolves with a place, which has to be left, or throws the reason of the signal. */
  async take({ signal }: SignalOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#places > 0) {
      this.#places -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      this.#waiting.delete(resolve);
      reject(signal?.reason);
    };
    this.#waiting.add(resolve);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Gives a place to whoever waits longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#places += 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
