import type { SignalOptions } from '../destination.ts';
import { PendingWork } from './pending-work.ts';

/**
 * What costs a request and serves all calls: a login, a token, the address of a server. It is fetched once,
 * and again after it ended or was dropped.
 */
export class SharedValue<T> {
  readonly #fetch: () => Promise<T>;
  readonly #isFresh: (value: T) => boolean;
  readonly #work = new PendingWork();
  #fetching: Promise<T> | undefined;
  #value: { readonly of: T } | undefined;

  constructor(fetch: () => Promise<T>, isFresh: (value: T) => boolean = () => true) {
    this.#fetch = fetch;
    this.#isFresh = isFresh;
  }

  /**
   * The value; callers that come while it is fetched wait for the same request. An abort ends the wait of its
   * caller only. A failure is thrown to all of them and not kept.
   */
  async get(options: SignalOptions): Promise<T> {
    if (this.#value !== undefined && this.#isFresh(this.#value.of)) return this.#value.of;
    this.#fetching ??= this.#fetchOnce();
    return this.#work.run(this.#fetching, options);
  }

  /** Drops a value that the storage no longer takes. One that was fetched meanwhile stays. */
  drop(value: T): void {
    if (this.#value?.of === value) this.#value = undefined;
  }

  async #fetchOnce(): Promise<T> {
    try {
      const value = await this.#fetch();
      this.#value = { of: value };
      return value;
    } finally {
      this.#fetching = undefined;
    }
  }
}
