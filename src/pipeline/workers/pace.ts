import { monotonicMs } from '../../base/index.ts';

/** Work is interrupted this often, so that the load is even within each second. */
const WORK_MS = 100;
const TENTHS = 10;

export interface PaceTime {
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** Stops this thread. */
  readonly sleep: (delayMs: number) => void;
}

/** Stops the whole thread: a worker that rests has nothing else to do. */
const THREAD_TIME: PaceTime = {
  now: monotonicMs,
  sleep: (delayMs) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs),
};

/** Lets a thread work only so many tenths of the time. */
export class Pace {
  readonly #restPerWork: number;
  readonly #time: PaceTime;
  #workedMs = 0;
  #sinceMs: number;

  /** `tenths`: from 1 to 10. */
  constructor(tenths: number, time: PaceTime = THREAD_TIME) {
    this.#restPerWork = (TENTHS - tenths) / tenths;
    this.#time = time;
    this.#sinceMs = time.now();
  }

  /** Work begins; what was before was waiting. */
  begin(): void {
    this.#sinceMs = this.#time.now();
  }

  /** A piece of work is done; rests when it is time to. */
  step(): void {
    const nowMs = this.#time.now();
    this.#workedMs += nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    if (this.#workedMs < WORK_MS) return;
    this.#time.sleep(this.#workedMs * this.#restPerWork);
    this.#workedMs = 0;
    this.#sinceMs = this.#time.now();
  }
}
