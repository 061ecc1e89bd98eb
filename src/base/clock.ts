/** The only place that reads the clock, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds of a steady clock, for measuring how long something took. */
export function monotonicMs(): number {
  return performance.now();
}
