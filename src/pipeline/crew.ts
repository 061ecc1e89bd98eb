import { type Transferable, Worker } from 'node:worker_threads';
import { BackupError, processProfile, type SerializedError } from '../base/index.ts';
import { LoadGate } from '../base/native/index.ts';
import type { CrewThread } from './crew-thread.ts';

/** Requests that a worker has not answered: with one beside that which it works on, it never stands idle. */
const USUAL_QUEUE = 2;

interface Failure {
  readonly type: 'failed';
  readonly error: SerializedError;
}

/** One worker thread and the number of requests that it has not answered. */
export class Seat<Request, Reply extends { readonly type: string }> {
  readonly #worker: Worker;
  readonly #loadGate: LoadGate;
  readonly #crew: CrewCallbacks<Reply>;
  #unanswered = 0;

  constructor(worker: Worker, loadGate: LoadGate, callbacks: CrewCallbacks<Reply>) {
    this.#worker = worker;
    this.#loadGate = loadGate;
    this.#crew = callbacks;
    worker.on('message', (reply: Reply | Failure) => this.#receive(reply));
    worker.on('error', (error) => callbacks.fail(error));
    worker.on('exit', (code) => {
      if (code !== 0) callbacks.fail(new Error(`a worker thread ended with code ${code}`));
    });
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  /**
   * Sends a request that is answered by one reply. The memory in `transfer` goes over to the worker instead
   * of being copied.
   */
  ask(request: Request, transfer: readonly Transferable[] = []): void {
    this.#unanswered++;
    this.#worker.postMessage(request, transfer);
  }

  /** Sends a request that is not answered. */
  tell(request: Request): void {
    this.#worker.postMessage(request);
  }

  async terminate(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    this.#crew.onWait(this.#worker.performance.eventLoopUtilization().idle);
    await this.#loadGate.shut();
    await this.#worker.terminate();
  }

  #receive(reply: Reply | Failure): void {
    if (reply.type === 'failed' && 'error' in reply) {
      this.#crew.fail(BackupError.fromJSON(reply.error));
      return;
    }
    const received = reply as Reply;
    if (this.#crew.isAnswer(received)) this.#unanswered--;
    this.#crew.receive(received);
  }
}

interface CrewCallbacks<Reply> {
  readonly fail: (error: unknown) => void;
  readonly isAnswer: (reply: Reply) => boolean;
  readonly receive: (reply: Reply) => void;
  /** Called at the end with how long the thread had nothing to do, in milliseconds. */
  readonly onWait: (waitMs: number) => void;
}

export interface CrewSettings<Reply> {
  /** The module that the threads run, and what they are told at the start. */
  readonly entry: URL;
  readonly workerData: object;
  readonly size: number;
  /** How many requests each of them may have unanswered. Default: 2. */
  readonly queue?: number;
  /** What a profile calls the threads, with a number behind. Default: worker. */
  readonly threadName?: string;
  /**
   * Size of each thread's space for new objects. Small where large buffers pass through, which are freed only
   * when it is cleared. Default: Node's.
   */
  readonly newSpaceMegabytes?: number;
  /** Whether a reply answers a request, so that the worker has room for another. */
  readonly isAnswer: (reply: Reply) => boolean;
  /** Called for each reply, one after the other; a throw ends the crew. */
  readonly receive: (reply: Reply) => void;
}

export interface SubmitOptions {
  /** Memory that goes over to the worker instead of being copied. */
  readonly transfer?: readonly Transferable[];
  /**
   * The request rather waits behind so many others than for another thread to be started. Default: 0, for
   * long work.
   */
  readonly patience?: number;
}

/**
 * Worker threads that are started when there is work for them, asked in turn, never more requests waiting
 * than keep them busy. The first failure of any of them, or of `receive`, is thrown by every later call.
 */
export class Crew<Request, Reply extends { readonly type: string }> implements AsyncDisposable {
  readonly #settings: CrewSettings<Reply>;
  readonly #seats: Seat<Request, Reply>[] = [];
  readonly #announcements: Request[] = [];
  #waiters: (() => void)[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(settings: CrewSettings<Reply>) {
    this.#settings = settings;
  }

  get seats(): readonly Seat<Request, Reply>[] {
    return this.#seats;
  }

  /** Starts the first thread before there is a request for it. */
  startFirst(): void {
    if (this.#seats.length === 0) this.#startSeat();
  }

  /** Starts all threads. */
  startAll(): void {
    while (this.#seats.length < this.#settings.size) this.#startSeat();
  }

  /** Has every later call throw an error that came up elsewhere. */
  giveUp(error: unknown): void {
    this.#fail(error);
  }

  /** Hands a request to the least busy worker, waiting until one has room. */
  async submit(
    request: Request,
    signal: AbortSignal,
    { transfer = [], patience = 0 }: SubmitOptions = {},
  ): Promise<void> {
    for (;;) {
      this.#check(signal);
      const seat = this.#pickSeat(patience);
      if (seat !== undefined) {
        seat.ask(request, transfer);
        return;
      }
      await this.#change(signal);
    }
  }

  /** Tells all workers, also those that start later. */
  announce(request: Request): void {
    this.#announcements.push(request);
    for (const seat of this.#seats) seat.tell(request);
  }

  /** Waits until every request is answered. */
  async settle(signal: AbortSignal): Promise<void> {
    while (this.#seats.some((seat) => seat.unanswered > 0)) {
      this.#check(signal);
      await this.#change(signal);
    }
    this.#check(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#seats.map((seat) => seat.terminate()));
  }

  #check(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #pickSeat(patience: number): Seat<Request, Reply> | undefined {
    const { size, queue = USUAL_QUEUE } = this.#settings;
    const [first, ...others] = this.#seats;
    if (first === undefined) return this.#startSeat();
    const least = others.reduce((best, seat) => (seat.unanswered < best.unanswered ? seat : best), first);
    if (this.#seats.length < size) return least.unanswered <= patience ? least : this.#startSeat();
    return least.unanswered < queue ? least : undefined;
  }

  #startSeat(): Seat<Request, Reply> {
    const { entry, workerData, threadName = 'worker', newSpaceMegabytes } = this.#settings;
    const resourceLimits =
      newSpaceMegabytes === undefined ? {} : { maxYoungGenerationSizeMb: newSpaceMegabytes };
    const times = processProfile.addThread(`${threadName} ${this.#seats.length + 1}`);
    const loadGate = new LoadGate();
    const told: CrewThread = { profile: times?.memory, loadGate: loadGate.memory };
    const worker = new Worker(entry, { workerData: { ...workerData, ...told }, resourceLimits });
    const seat = new Seat<Request, Reply>(worker, loadGate, {
      fail: (error) => this.#fail(error),
      isAnswer: this.#settings.isAnswer,
      receive: (reply) => this.#receive(reply),
      onWait: (waitMs) => {
        if (times !== undefined) times.waitMs = waitMs;
      },
    });
    this.#seats.push(seat);
    for (const request of this.#announcements) seat.tell(request);
    return seat;
  }

  #receive(reply: Reply): void {
    try {
      if (this.#failure === undefined) this.#settings.receive(reply);
    } catch (error) {
      this.#fail(error);
    }
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#waiters.push(wake);
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
  }
}
