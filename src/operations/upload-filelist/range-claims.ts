/** Place of the range that is needed next; the states of the ranges follow. */
const NEEDED = 0;
const FIRST_STATE = 1;

const FREE = 0;
const TAKEN = 1;
const DONE = 2;

/** Ranges that may be made before they are needed, which bounds the memory of what waits. */
const AHEAD = 8;
/** A thread that does not come back with its range for so long is not waited for any more. */
const PATIENCE_MS = 10_000;

/** Who makes which of several ranges, in shared memory: each is made by the thread that takes it first. */
export class RangeClaims {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #count: number;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
    this.#count = this.#words.length - FIRST_STATE;
  }

  static create(count: number): RangeClaims {
    return new RangeClaims(new SharedArrayBuffer((FIRST_STATE + count) * Int32Array.BYTES_PER_ELEMENT));
  }

  /** Says that all ranges before this one have been used. */
  need(place: number): void {
    Atomics.store(this.#words, NEEDED, place);
    Atomics.notify(this.#words, NEEDED);
  }

  /** Takes the range; false where another thread did. */
  take(place: number): boolean {
    return Atomics.compareExchange(this.#words, FIRST_STATE + place, FREE, TAKEN) === FREE;
  }

  /** Takes the first free range that may be made by now. */
  takeNext(): number | undefined {
    return this.#takeFrom(Atomics.load(this.#words, NEEDED));
  }

  /** The same, but waits for one; `undefined` once no range is left to wait for. */
  takeOrWait(): number | undefined {
    for (;;) {
      const needed = Atomics.load(this.#words, NEEDED);
      const place = this.#takeFrom(needed);
      if (place !== undefined || needed + AHEAD >= this.#count) return place;
      Atomics.wait(this.#words, NEEDED, needed);
    }
  }

  /** To be called when what was made of the range is under way to the other thread. */
  finish(place: number): void {
    this.#leave(place, DONE);
  }

  /** Leaves the range to another thread. */
  giveBack(place: number): void {
    this.#leave(place, FREE);
  }

  /** Waits while the range is taken; false where that takes too long. */
  wait(place: number, patienceMs = PATIENCE_MS): boolean {
    return Atomics.wait(this.#words, FIRST_STATE + place, TAKEN, patienceMs) !== 'timed-out';
  }

  #takeFrom(needed: number): number | undefined {
    const end = Math.min(this.#count, needed + AHEAD);
    for (let place = needed; place < end; place++) if (this.take(place)) return place;
    return undefined;
  }

  #leave(place: number, state: typeof DONE | typeof FREE): void {
    Atomics.store(this.#words, FIRST_STATE + place, state);
    Atomics.notify(this.#words, FIRST_STATE + place);
  }
}
