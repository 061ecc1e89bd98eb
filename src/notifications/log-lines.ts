import type { LogLevel } from '../base/index.ts';
import type { MessageGate } from '../filters/index.ts';

/** Keeps the first lines that pass a gate, and counts the others. */
export class LogLines {
  readonly #gate: MessageGate;
  readonly #maximum: number;
  readonly #lines: string[] = [];
  #count = 0;

  /** With a maximum of 0, all are kept. */
  constructor(gate: MessageGate, maximum: number) {
    this.#gate = gate;
    this.#maximum = maximum;
  }

  add(level: LogLevel, id: string, text: string, atMs: number): void {
    if (!this.#gate(level, id)) return;
    this.#count++;
    if (this.#maximum === 0 || this.#lines.length < this.#maximum)
      this.#lines.push(formatLine(level, id, text, atMs));
  }

  /** The lines, and one more that says how many there were beside them. */
  list(): readonly string[] {
    const left = this.#count - this.#lines.length;
    return left === 0 ? [...this.#lines] : [...this.#lines, `... and ${left} more`];
  }
}

/** One line of the log as reports show it. */
export function formatLine(level: LogLevel, id: string, text: string, atMs: number): string {
  return `${new Date(atMs).toISOString()} [${level}] ${id}: ${text}`;
}
