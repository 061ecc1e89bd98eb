import type { Log, LogEntry } from '../../base/index.ts';

/** Keeps messages that come before it is settled where messages go. */
export class LogNotes implements Log {
  readonly #entries: LogEntry[] = [];

  write(level: LogEntry['level'], id: string, text: string): void {
    this.#entries.push({ level, id, text });
  }

  writeTo(log: Log): void {
    for (const { level, id, text } of this.#entries.splice(0)) log.write(level, id, text);
  }
}
