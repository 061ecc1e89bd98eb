import { Crew, type CrewSettings } from './crew.ts';
import type { RestoreReply, RestoreRequest, RestoreTally } from './workers/restore-messages.ts';

type ThreadSettings = Pick<CrewSettings<RestoreReply>, 'entry' | 'workerData' | 'newSpaceMegabytes'>;

/** One thread hashes what so many write. */
const WORKERS_A_THREAD = 4;
/** Requests wait for nothing, so there is nothing to give up. */
const NEVER = new AbortController().signal;

/**
 * Threads beside the workers of a restore that follow large files while they are written, each file always
 * by the same one, since a hash cannot go from one thread to another.
 */
export class FollowCrew implements AsyncDisposable {
  readonly #threads: FollowThread[];

  constructor(settings: ThreadSettings, workers: number, onTally: (tally: RestoreTally) => void) {
    const count = Math.ceil(workers / WORKERS_A_THREAD);
    this.#threads = Array.from({ length: count }, () => new FollowThread(settings, onTally));
  }

  /** Says that more of these files is written now. */
  follow(entries: readonly number[]): void {
    for (const entry of entries) this.#threads[entry % this.#threads.length]?.add(entry);
  }

  /** Waits until everything that is written was followed. */
  async settle(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#threads.map(({ crew }) => crew.settle(signal)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map(({ crew }) => crew[Symbol.asyncDispose]()));
  }
}

class FollowThread {
  readonly crew: Crew<RestoreRequest, RestoreReply>;
  readonly #waiting = new Set<number>();
  #isAsked = false;

  constructor(settings: ThreadSettings, onTally: (tally: RestoreTally) => void) {
    this.crew = new Crew<RestoreRequest, RestoreReply>({
      ...settings,
      size: 1,
      threadName: 'follower',
      isAnswer: () => true,
      receive: (reply) => {
        if (reply.type === 'failed') return;
        onTally(reply.tally);
        this.#isAsked = false;
        this.#ask();
      },
    });
  }

  add(entry: number): void {
    this.#waiting.add(entry);
    this.#ask();
  }

  #ask(): void {
    if (this.#isAsked || this.#waiting.size === 0) return;
    this.#isAsked = true;
    const entries = Uint32Array.from(this.#waiting);
    this.#waiting.clear();
    // What became of the thread is thrown by settling.
    this.crew.submit({ type: 'follow', job: 0, entries }, NEVER).catch(() => undefined);
  }
}
