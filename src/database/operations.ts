import type { Driver } from './driver.ts';

/** A run that has ended. Times are milliseconds since 1970. */
export interface EndedOperation {
  /** The name of the command. */
  readonly name: string;
  readonly beginMs: number;
  readonly endMs: number;
  /** The result as JSON, which holds the lines of the log too. */
  readonly result: string;
}

/** The runs of one backup with their results. */
export class Operations {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  add({ name, beginMs, endMs, result }: EndedOperation): void {
    this.#driver
      .prepare('INSERT INTO operation (name, started_at, finished_at, result) VALUES (?, ?, ?, ?)')
      .run(name, beginMs, endMs, result);
  }

  /** Drops runs that began before the given time (milliseconds since 1970). */
  dropBefore(timeMs: number): void {
    this.#driver.prepare('DELETE FROM operation WHERE started_at < ?').run(timeMs);
  }
}
