import { type Log, type LogLevel, systemClock } from '../base/index.ts';
import { createMessageGate, parseLogFilter } from '../filters/index.ts';
import { LogLines } from '../notifications/index.ts';
import { LEVEL_OF_NAME, type ProgramSettings } from '../options/index.ts';

/** So many lines go into the file at most; the others are counted. */
const KEPT_LINES = 1000;

/**
 * Gathers the lines of the log that the file for scripts holds: `--run-script-log-level`,
 * `--run-script-log-filter`. Throws `FilterError`.
 */
export class ScriptLog implements Log {
  readonly #lines: LogLines;
  readonly #redact: (text: string) => string;

  constructor(settings: ProgramSettings, redact: (text: string) => string) {
    const level = LEVEL_OF_NAME[settings.get('run-script-log-level')];
    const rules = parseLogFilter(settings.get('run-script-log-filter') ?? '');
    this.#lines = new LogLines(createMessageGate({ level, rules }), KEPT_LINES);
    this.#redact = redact;
  }

  write(level: LogLevel, id: string, text: string): void {
    this.#lines.add(level, id, this.#redact(text), systemClock.now());
  }

  list(): readonly string[] {
    return this.#lines.list();
  }
}
