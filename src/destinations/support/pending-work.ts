import type { SignalOptions } from '../destination.ts';

/**
 * Work that a caller may stop waiting for. A system call that hangs (a dead network mount, the flush of a
 * slow disk) cannot be taken back, so an abort ends the wait at once and the work runs out by itself;
 * `settled` waits for what is left.
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

  /** What `source` gives, or `signal.reason` thrown as soon as the signal fires. */
  async *stream<T>(source: AsyncGenerator<T>, { signal }: SignalOptions = {}): AsyncGenerator<T> {
    let giveUp: (reason: unknown) => void = () => {};
    const onAbort = (): void => giveUp(signal?.reason);
    const next = (): Promise<IteratorResult<T>> =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        source.next().then(resolve, reject);
      });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        signal?.throwIfAborted();
        const { done, value } = await next();
        if (done === true) return;
        yield value;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // Not waited for: after an abort it ends only when the request does that hangs.
      this.add(source.return(undefined));
    }
  }

  /** Lets work run on its own. Its failure is nobody's: whoever needs the outcome uses `run`. */
  add(work: Promise<unknown>): void {
    const done = work.catch(() => {}).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** Waits until nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** The same, but no longer than that: work may hang for ever. */
  async settledWithin(limitMs: number): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    await Promise.race([this.settled(), over]);
    clearTimeout(timer);
  }
}
