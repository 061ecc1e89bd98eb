import { monotonicMs } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { Turns } from './turns.ts';

/** How connections of one kind are made and ended. */
export interface ConnectionKind<C> {
  /**
   * A connection that is logged in. When the signal fires, the connection is not needed any more, and the
   * wait for it ends soon.
   */
  connect(signal: AbortSignal): Promise<C>;
  /** Ends it at once; whatever waits on it fails. */
  close(connection: C): void;
  isOpen(connection: C): boolean;
  /**
   * Asks the far side of one that was kept for a while whether it still listens. Never throws. Absent for
   * protocols in which a server that ends a connection is heard in any case.
   */
  isAnswering?(connection: C): Promise<boolean>;
}

/** A connection that was used less long ago is taken without a question. */
const SURE_MS = 1000;

/**
 * Connections to one server, one for each piece of work at a time and `limit` at most. One that served well
 * is kept for the next piece of work; after a failure that may have left it in disorder it is thrown away.
 */
export class ConnectionPool<C> {
  readonly #kind: ConnectionKind<C>;
  readonly #limit: number;
  readonly #used = new Set<C>();
  readonly #clockMs: () => number;
  #idle: { readonly connection: C; readonly sinceMs: number }[] = [];
  readonly #turns: Turns;
  #making = new AbortController();
  #connecting: Promise<unknown> = Promise.resolve();

  /** `clockMs` is a steady clock. */
  constructor(kind: ConnectionKind<C>, limit: number, clockMs: () => number = monotonicMs) {
    this.#kind = kind;
    this.#clockMs = clockMs;
    this.#limit = limit;
    this.#turns = new Turns(limit);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Runs `work` with a connection of its own. */
  async use<T>(work: (connection: C) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      const result = await work(connection);
      this.#giveBack(connection, 'in order');
      return result;
    } catch (error) {
      this.#giveBack(connection, isAnswer(error) ? 'in order' : 'in doubt');
      throw error;
    }
  }

  /** The same for a stream. A reader that leaves early costs the connection. */
  async *stream<T>(work: (connection: C) => AsyncIterable<T>): AsyncGenerator<T> {
    const connection = await this.#take();
    let state: 'in order' | 'in doubt' = 'in doubt';
    try {
      yield* work(connection);
      state = 'in order';
    } catch (error) {
      if (isAnswer(error)) state = 'in order';
      throw error;
    } finally {
      this.#giveBack(connection, state);
    }
  }

  /**
   * Ends all connections, also those at work and those that are being made, and the work that waits for one.
   * New work makes new ones.
   */
  closeAll(): void {
    this.#making.abort(new DestinationError('destination-unreachable', 'The destination was closed.'));
    this.#making = new AbortController();
    for (const { connection } of this.#idle) this.#kind.close(connection);
    for (const connection of this.#used) this.#kind.close(connection);
    this.#idle = [];
  }

  async #take(): Promise<C> {
    // Of the time before the wait: who waits for a turn while all connections are ended is not to make a new one.
    const { signal } = this.#making;
    await this.#turns.take();
    try {
      signal.throwIfAborted();
      const connection = (await this.#takeIdle()) ?? (await this.#connect(signal));
      this.#used.add(connection);
      return connection;
    } catch (error) {
      this.#turns.leave();
      throw error;
    }
  }

  async #takeIdle(): Promise<C | undefined> {
    for (;;) {
      const kept = this.#idle.pop();
      if (kept === undefined) return undefined;
      const { connection } = kept;
      this.#used.add(connection);
      if (await this.#isUsable(kept)) return connection;
      this.#used.delete(connection);
      this.#kind.close(connection);
    }
  }

  async #isUsable({
    connection,
    sinceMs,
  }: {
    readonly connection: C;
    readonly sinceMs: number;
  }): Promise<boolean> {
    if (!this.#kind.isOpen(connection)) return false;
    if (this.#clockMs() - sinceMs < SURE_MS) return true;
    return (await this.#kind.isAnswering?.(connection)) ?? true;
  }

  /** One after another, because servers refuse many logins at once. */
  async #connect(signal: AbortSignal): Promise<C> {
    const previous = this.#connecting;
    const connected = previous.then(async () => {
      signal.throwIfAborted();
      const connection = await this.#kind.connect(signal);
      if (signal.aborted) this.#kind.close(connection);
      signal.throwIfAborted();
      return connection;
    });
    this.#connecting = connected.catch(() => {});
    return connected;
  }

  #giveBack(connection: C, state: 'in order' | 'in doubt'): void {
    this.#used.delete(connection);
    if (state === 'in order' && this.#kind.isOpen(connection))
      this.#idle.push({ connection, sinceMs: this.#clockMs() });
    else this.#kind.close(connection);
    this.#turns.leave();
  }
}

/** True for a failure that is the far side's clear answer, after which it waits for the next request. */
function isAnswer(error: unknown): boolean {
  return error instanceof DestinationError && !error.retryable;
}
