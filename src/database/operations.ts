import type { LogEntry } from '../base/index.ts';
import type { Driver } from './driver.ts';

/** The runs of one backup, with their results and logs. */
export class Operations {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  begin(name: string, nowMs: number): number {
    return this.#driver.prepare('INSERT INTO operation (name, started_at) VALUES (?, ?)').run(name, nowMs)
      .lastId;
  }

  finish(id: number, nowMs: number, result: string): void {
    this.#driver
      .prepare('UPDATE operation SET finished_at = ?, result = ? WHERE id = ?')
      .run(nowMs, result, id);
  }

  addLog(operationId: number, nowMs: number, entry: LogEntry): void {
    this.#driver
      .prepare('INSERT INTO log (operation_id, logged_at, level, message_id, text) VALUES (?, ?, ?, ?, ?)')
      .run(operationId, nowMs, entry.level, entry.id, entry.text);
  }

  /** Drops runs and log lines older than the given time (milliseconds since 1970). */
  dropBefore(timeMs: number): void {
    this.#driver.prepare('DELETE FROM log WHERE logged_at < ?').run(timeMs);
    this.#driver.prepare('DELETE FROM operation WHERE started_at < ?').run(timeMs);
  }
}
