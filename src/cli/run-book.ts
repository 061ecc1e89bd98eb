import type { Clock, Log, LogLevel } from '../base/index.ts';
import type { BackupTarget, ResultFields, RunMessages } from '../operations/index.ts';
import type { TransferStatistics } from '../transfer/index.ts';

/** How many lines of each weight are kept for the result; the others are counted. */
const KEPT_LINES = 200;

/**
 * Gathers what the result of a run is made of while the command goes on: lines of the log, what was opened,
 * what came of it.
 */
export class RunBook implements Log {
  readonly beginMs: number;
  readonly #redact: (text: string) => string;
  readonly #messages: string[] = [];
  readonly #warnings: string[] = [];
  readonly #errors: string[] = [];
  readonly #counts = { messages: 0, warnings: 0, errors: 0 };
  #target: BackupTarget | undefined;
  #hasResult = false;
  #fields: ResultFields = {};
  #quota: ResultFields = {};
  #transfer: TransferStatistics | undefined;

  constructor(clock: Clock, redact: (text: string) => string) {
    this.beginMs = clock.now();
    this.#redact = redact;
  }

  write(level: LogLevel, id: string, text: string): void {
    const line = `[${level}] ${id}: ${this.#redact(text)}`;
    if (level === 'error') keep(this.#errors, line, ++this.#counts.errors);
    else if (level === 'warning') keep(this.#warnings, line, ++this.#counts.warnings);
    else if (level === 'information') keep(this.#messages, line, ++this.#counts.messages);
  }

  /** Notes which backup the command opens. */
  setTarget(target: BackupTarget): void {
    this.#target = target;
  }

  /** Notes what the operation did, for whoever reads results later. */
  setResult(fields: ResultFields, transfer: TransferStatistics | undefined, quota: ResultFields = {}): void {
    this.#hasResult = true;
    this.#fields = fields;
    this.#transfer = transfer;
    this.#quota = quota;
  }

  /** What is known of the room at the destination. */
  get quota(): ResultFields {
    return this.#quota;
  }

  /** False for commands that only answer a question. */
  get hasResult(): boolean {
    return this.#hasResult;
  }

  get target(): BackupTarget | undefined {
    return this.#target;
  }

  get fields(): ResultFields {
    return this.#fields;
  }

  get transfer(): TransferStatistics | undefined {
    return this.#transfer;
  }

  get messages(): RunMessages {
    return {
      messages: [...this.#messages],
      warnings: [...this.#warnings],
      errors: [...this.#errors],
      counts: { ...this.#counts },
    };
  }
}

function keep(lines: string[], line: string, count: number): void {
  if (count <= KEPT_LINES) lines.push(line);
}
