/** From the least to the most important. `dry-run` lines say what a run without `--dry-run` would do. */
export const LOG_LEVELS = [
  'profiling',
  'verbose',
  'retry',
  'information',
  'dry-run',
  'warning',
  'error',
] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogEntry {
  readonly level: LogLevel;
  /** Stable kebab-case id of the message, for filters and for suppressing. */
  readonly id: string;
  readonly text: string;
}

/**
 * Where rooms report what happens. Errors and warnings are counted into the result of the operation by
 * whoever owns it.
 */
export interface Log {
  write(level: LogLevel, id: string, text: string): void;
}

/** A log that keeps nothing. */
export const silentLog: Log = { write: () => {} };
