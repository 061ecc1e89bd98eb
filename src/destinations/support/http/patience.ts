import { DestinationError } from '../../destination-error.ts';

/**
 * What may end an exchange early: the caller's signal, or a server that is silent for too long. With `total`
 * the clock runs from the beginning to the end, with `silence` it starts anew whenever bytes moved, and
 * stands still while the wait is for our own side.
 */
export class Patience implements Disposable {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #kind: 'total' | 'silence';
  #waitsForUs = false;

  constructor(
    limit: { readonly kind: 'total' | 'silence'; readonly limitMs: number; readonly host: string },
    caller: AbortSignal | undefined,
  ) {
    caller?.throwIfAborted();
    this.#kind = limit.kind;
    this.#caller = caller;
    caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    // A limit of nought is no limit; timers take no more than 31 bits.
    const limitMs = limit.limitMs === 0 ? 2 ** 31 - 1 : Math.min(limit.limitMs, 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.#onTimer(limit.host, limitMs), limitMs);
  }

  /** Fires when the exchange has to end; its reason is what to throw. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Bytes moved, or the other side gave a sign of life. */
  moved(): void {
    if (this.#kind === 'silence') this.#timer.refresh();
  }

  /**
   * The result of work on our own side, which costs the server no time; throws the reason as soon as the
   * exchange has to end.
   */
  async ours<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    signal.throwIfAborted();
    this.pause();
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.resume();
    }
  }

  /** From here to `resume` the other side waits for us. */
  pause(): void {
    this.#waitsForUs = this.#kind === 'silence';
  }

  resume(): void {
    this.#waitsForUs = false;
    this.moved();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  readonly #onCallerAbort = (): void => this.#controller.abort(this.#caller?.reason);

  #onTimer(host: string, limitMs: number): void {
    if (this.#waitsForUs) {
      this.#timer.refresh();
      return;
    }
    const seconds = Math.round(limitMs / 100) / 10;
    const what = this.#kind === 'total' ? 'did not answer within' : 'was silent for';
    this.#controller.abort(
      new DestinationError('destination-unreachable', `The server ${host} ${what} ${seconds} s.`, {
        details: { host, limitMs },
      }),
    );
  }
}
