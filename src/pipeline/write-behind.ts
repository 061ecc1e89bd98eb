import { monotonicMs } from '../base/index.ts';
import { nativeCalls } from '../base/native/index.ts';

/** A call that does not wait for the disk takes less, and a disk that keeps up takes so many bytes. */
const FREE_MS = 0.25;
const BYTES_PER_MS = 400_000;
/** So much longer than that may the calls take together. */
const MOST_WAIT_MS = 250;

/**
 * Has the system write what was written to files, and forget what it has written already. Memory that is
 * given back so serves again at once; fresh memory has to be cleared first, or fetched from the host of a
 * virtual machine. Where the disk is so slow that this waits for it, it ends for good: the system then
 * gathers what is to be written, as it does by itself.
 */
export class WriteBehind {
  readonly #nowMs: () => number;
  #waitMs = 0;

  constructor(nowMs = monotonicMs) {
    this.#nowMs = nowMs;
  }

  /**
   * For all from the beginning of an open file to `lengthBytes`, of which `newBytes` came since the last call.
   * False where nothing was done.
   */
  letGo(descriptor: number, lengthBytes: number, newBytes: number): boolean {
    const calls = nativeCalls();
    if (calls === undefined || this.#waitMs > MOST_WAIT_MS) return false;
    const before = this.#nowMs();
    calls.letGo(descriptor, 0, lengthBytes);
    const tookMs = this.#nowMs() - before;
    this.#waitMs = Math.max(0, this.#waitMs + tookMs - FREE_MS - newBytes / BYTES_PER_MS);
    return true;
  }
}
