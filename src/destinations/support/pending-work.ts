import type { SignalOptions } from '../destination.ts';

/**
 * Work that a caller may stop waiting for. A system call that hangs (a dead network mount, the flush of a slow disk) cannot be taken back, so an
 * abort ends the wait at once and the work runs out by itself; `settled` waits for what is left.
 */
export class PendingWork {
  readonly #running = new Set<Promise<unknown>>();

  /** The result of `work`, or `signal.reason` thrown as soon as the signal fires. */
  async run<T>(work: Promise<T>, { signal }: SignalOptions = {}): Promise<T> {
    this.add(work);
    if (signal === undefined) return work;
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Lets work run on its own. Its failure is nobody's: whoever needs the outcome uses `run`. */
  add(work: Promise<unknown>): void {
    const done = work.catch(() => {}).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
