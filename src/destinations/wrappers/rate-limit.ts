import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';

/** No wait is longer, so that a new limit has its effect soon. */
const LONGEST_WAIT_MS = 250;
/** What an idle line may save up for the next transfer. */
const LARGEST_SAVING_MS = 250;

export interface RateLimitTime {
  /** Milliseconds of a steady clock. */
  now(): number;
  pause(delayMs: number, options: SignalOptions): Promise<void>;
}

const REAL_TIME: RateLimitTime = {
  now: monotonicMs,
  pause: (delayMs, { signal }) => pause(delayMs, undefined, signal === undefined ? {} : { signal }),
};

/**
 * Bytes per second that all transfers of one direction share. Bytes are let through in the order in which
 * they were asked for, and the limit can be changed while they wait.
 */
export class RateLimit {
  readonly #time: RateLimitTime;
  #bytesPerSecond: number;
  /** Both count bytes since the beginning: asked for, and let through. */
  #askedBytes = 0;
  #passedBytes = 0;
  #updatedAtMs: number;

  /** 0 is no limit. */
  constructor(bytesPerSecond = 0, time: RateLimitTime = REAL_TIME) {
    this.#time = time;
    this.#bytesPerSecond = bytesPerSecond;
    this.#updatedAtMs = time.now();
  }

  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  /** Sets another limit, for waiting bytes too. 0 is no limit. */
  change(bytesPerSecond: number): void {
    this.#update();
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Ends when `sizeBytes` more bytes may move. */
  async take(sizeBytes: number, options: SignalOptions = {}): Promise<void> {
    this.#update();
    this.#askedBytes += sizeBytes;
    const turn = this.#askedBytes;
    for (;;) {
      options.signal?.throwIfAborted();
      this.#update();
      if (this.#bytesPerSecond === 0 || turn <= this.#passedBytes) return;
      const waitMs = ((turn - this.#passedBytes) / this.#bytesPerSecond) * 1000;
      await this.#pause(Math.min(waitMs, LONGEST_WAIT_MS), options);
    }
  }

  #update(): void {
    const nowMs = this.#time.now();
    const elapsedMs = nowMs - this.#updatedAtMs;
    this.#updatedAtMs = nowMs;
    const savingBytes = (this.#bytesPerSecond * LARGEST_SAVING_MS) / 1000;
    const passedBytes = this.#passedBytes + (this.#bytesPerSecond * elapsedMs) / 1000;
    this.#passedBytes =
      this.#bytesPerSecond === 0 ? this.#askedBytes : Math.min(passedBytes, this.#askedBytes + savingBytes);
  }

  async #pause(delayMs: number, options: SignalOptions): Promise<void> {
    try {
      await this.#time.pause(delayMs, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    }
  }
}
