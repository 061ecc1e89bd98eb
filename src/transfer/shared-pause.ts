import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../base/index.ts';

/** Timers take no more than 31 bits. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** One pause for all who use a storage: when it told one of them to wait, the others hold back too. */
export class SharedPause {
  #untilMs = 0;
  readonly #now: () => number;

  constructor(now: () => number = monotonicMs) {
    this.#now = now;
  }

  /** Makes the pause last at least this long from now. */
  ask(waitMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#now() + waitMs);
  }

  /** Ends when the pause is over; throws the reason of the signal. */
  async over(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.#untilMs - this.#now();
      if (waitMs <= 0) return;
      await delay(Math.min(waitMs, LONGEST_DELAY_MS), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }
}
