import { setTimeout as delay } from 'node:timers/promises';

const OPEN = 0;
const LOADING = 1;
const SHUT = 2;

/** How often the end of a loading, which takes about 10 ms, is looked for. */
const LOOK_MS = 1;

/**
 * Keeps a thread from being ended while it loads the calls of the C library: koffi, interrupted then, aborts
 * the whole process. Both sides make one from the same memory.
 */
export class LoadGate {
  readonly memory: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#state = new Int32Array(memory);
  }

  /** For the one who ends the thread: waits until nothing is being loaded, and lets nothing load from then on. */
  async shut(): Promise<void> {
    while (Atomics.compareExchange(this.#state, 0, OPEN, SHUT) === LOADING) await delay(LOOK_MS);
  }

  /** For the thread: calls `load`, or waits for the end that is near. */
  pass<Loaded>(load: () => Loaded): Loaded {
    if (Atomics.compareExchange(this.#state, 0, OPEN, LOADING) === SHUT) Atomics.wait(this.#state, 0, SHUT);
    try {
      return load();
    } finally {
      Atomics.store(this.#state, 0, OPEN);
    }
  }
}
