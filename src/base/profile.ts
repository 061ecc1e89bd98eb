import { monotonicMs } from './clock.ts';

/** What a thread can be busy with. `other` is everything that has no step of its own. */
export const PROFILE_STEPS = [
  'other',
  'walk',
  'metadata',
  'read',
  'hash',
  'compress',
  'encrypt',
  'write',
  'database',
] as const;
export type ProfileStep = (typeof PROFILE_STEPS)[number];

/** How long a thread spent in each step, and how long it waited for work, in milliseconds. */
export interface ThreadTimes {
  readonly thread: string;
  readonly steps: Readonly<Record<ProfileStep, number>>;
  readonly waitMs: number;
}

/**
 * Where the time of this thread goes. One for each thread, switched off until `start`, so that the steps can
 * be told apart in the innermost loops at the price of a branch. Times are exclusive: a step that is entered
 * within another stops the clock of the outer one.
 */
class ThreadProfile {
  #times: Float64Array | undefined;
  #current: ProfileStep = 'other';
  #since = 0;

  get isOn(): boolean {
    return this.#times !== undefined;
  }

  /** From here on times are added up in `memory`, which other threads may read. */
  start(memory: SharedArrayBuffer): void {
    this.#times = new Float64Array(memory);
    this.#since = monotonicMs();
  }

  /** Enters a step and returns the one before, which is to be entered again afterwards. */
  enter(step: ProfileStep): ProfileStep {
    const times = this.#times;
    if (times === undefined) return step;
    const now = monotonicMs();
    const before = this.#current;
    const place = PROFILE_STEPS.indexOf(before);
    times[place] = (times[place] ?? 0) + now - this.#since;
    this.#since = now;
    this.#current = step;
    return before;
  }

  /** Runs `work` as part of a step. */
  in<T>(step: ProfileStep, work: () => T): T {
    const before = this.enter(step);
    try {
      return work();
    } finally {
      this.enter(before);
    }
  }

  /** Passes items on; what it takes to find each of them is part of the step. */
  *each<T>(step: ProfileStep, items: Iterable<T>): Generator<T, void> {
    const iterator = items[Symbol.iterator]();
    try {
      for (;;) {
        const next = this.in(step, () => iterator.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      iterator.return?.();
    }
  }
}

/** The profile of this thread. */
export const profile = new ThreadProfile();

/** What a thread is told of profiling. */
export interface ProfiledThread {
  readonly profile?: SharedArrayBuffer | undefined;
}

interface KnownThread {
  readonly thread: string;
  readonly memory: SharedArrayBuffer;
  waitMs: number;
}

/** The profiles of all threads, kept by the main thread. */
class ProcessProfile {
  readonly #threads: KnownThread[] = [];

  /** Switches profiling on, for this thread and those that are added later. */
  begin(): void {
    profile.start(this.#add('main').memory);
  }

  /**
   * What a new thread is to be given for `profile.start`, and where its waiting is noted at its end;
   * `undefined` while profiling is off.
   */
  addThread(name: string): KnownThread | undefined {
    return profile.isOn ? this.#add(name) : undefined;
  }

  /** `mainWaitMs` is how long the main thread had nothing to do. What waiting took is part of no step. */
  read(mainWaitMs: number): ThreadTimes[] {
    profile.enter(profile.enter('other'));
    return this.#threads.map(({ thread, memory, waitMs }, index) => {
      const times = new Float64Array(memory);
      const waited = index === 0 ? mainWaitMs : waitMs;
      const other = Math.max(0, (times[0] ?? 0) - waited);
      const steps = PROFILE_STEPS.map((step, place) => [step, place === 0 ? other : (times[place] ?? 0)]);
      return { thread, steps: Object.fromEntries(steps), waitMs: waited };
    });
  }

  #add(thread: string): KnownThread {
    const memory = new SharedArrayBuffer(PROFILE_STEPS.length * Float64Array.BYTES_PER_ELEMENT);
    const known = { thread, memory, waitMs: 0 };
    this.#threads.push(known);
    return known;
  }
}

/** The one profile of this process; it measures from `begin` on. */
export const processProfile = new ProcessProfile();
