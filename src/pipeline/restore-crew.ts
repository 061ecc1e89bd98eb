import { Crew } from './crew.ts';
import { FollowCrew } from './follow-crew.ts';
import type {
  RestoreReply,
  RestoreRequest,
  RestoreTally,
  RestoreWorkerData,
} from './workers/restore-messages.ts';

/** An answer to a request. */
export type RestoreAnswer = Exclude<RestoreReply, { type: 'failed' }>;

/** A request before it is numbered. */
export type RestoreOrder = RestoreRequest extends infer Request
  ? Request extends RestoreRequest
    ? Omit<Request, 'job'>
    : never
  : never;

export interface RestoreCrewSettings {
  readonly data: RestoreWorkerData;
  readonly workers: number;
  /** Called with what each answer says was done. */
  readonly onTally: (tally: RestoreTally) => void;
}

/** Blocks live as long as it takes to write them; a small space frees them soon, at no cost in time. */
const NEW_SPACE_MEGABYTES = 12;

/**
 * The worker threads of a restore: they read volumes, and write and complete the entries that need their
 * blocks. Each gets its next request when it is done with the one before, so that all end at about the same
 * time.
 */
export class RestoreCrew implements AsyncDisposable {
  readonly #crew: Crew<RestoreRequest, RestoreReply>;
  readonly #followers: FollowCrew;
  readonly #answers = new Map<number, (answer: RestoreAnswer) => void>();
  #jobs = 0;

  constructor(settings: RestoreCrewSettings) {
    const thread = {
      entry: new URL(`./workers/restore-worker${import.meta.url.slice(-3)}`, import.meta.url),
      workerData: settings.data,
      newSpaceMegabytes: NEW_SPACE_MEGABYTES,
    };
    this.#followers = new FollowCrew(thread, settings.workers, settings.onTally);
    this.#crew = new Crew<RestoreRequest, RestoreReply>({
      ...thread,
      size: settings.workers,
      queue: 1,
      isAnswer: () => true,
      receive: (reply) => {
        if (reply.type === 'failed') return;
        settings.onTally(reply.tally);
        this.#followers.follow(reply.tally.followed);
        this.#answers.get(reply.job)?.(reply);
        this.#answers.delete(reply.job);
      },
    });
  }

  /**
   * Has a request carried out; waits for a free worker and for the answer. The memory in `transfer` goes
   * over to the worker. The first failure of any worker is thrown by every call.
   */
  async run(
    order: RestoreOrder,
    signal: AbortSignal,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<RestoreAnswer> {
    const job = ++this.#jobs;
    const { promise, resolve } = Promise.withResolvers<RestoreAnswer>();
    this.#answers.set(job, resolve);
    await this.#crew.submit({ ...order, job }, signal, { transfer });
    // Settling ends after our answer at the latest, or throws what became of it.
    await Promise.race([promise, this.#crew.settle(signal)]);
    return promise;
  }

  /** Waits until the large files are completed whose blocks are all there. */
  async followAll(signal: AbortSignal): Promise<void> {
    await this.#followers.settle(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#followers[Symbol.asyncDispose]();
    await this.#crew[Symbol.asyncDispose]();
  }
}
