import { type Driver, integer, optionalInteger, type SqlRow, text } from '../driver.ts';

export type MirrorTask = 'pull' | 'cleanup' | 'monitor';
export type MirrorLogLevel = 'information' | 'warning' | 'error';

/** One line about a pull, a cleanup or a look at the state of things. */
export interface MirrorLogLine {
  readonly atMs: number;
  readonly task: MirrorTask;
  readonly level: MirrorLogLevel;
  readonly sourceId: number | undefined;
  readonly destinationId: number | undefined;
  readonly runId: number | undefined;
  readonly text: string;
}

/** The log of pulls, cleanups and looks at the state of things. */
export class MirrorLog {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  add(line: MirrorLogLine): void {
    this.#driver
      .prepare(
        'INSERT INTO log_line (at, task, level, source_id, destination_id, run_id, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        line.atMs,
        line.task,
        line.level,
        line.sourceId ?? null,
        line.destinationId ?? null,
        line.runId ?? null,
        line.text,
      );
  }

  /** The lines of a run, in their order. */
  ofRun(runId: number): readonly MirrorLogLine[] {
    return this.#driver.prepare('SELECT * FROM log_line WHERE run_id = ? ORDER BY id').all(runId).map(toLine);
  }

  /** How many errors were logged in a period. */
  countErrors(fromMs: number, toMs: number): number {
    const row = this.#driver
      .prepare("SELECT count(*) AS count FROM log_line WHERE level = 'error' AND at >= ? AND at < ?")
      .get(fromMs, toMs);
    return row === undefined ? 0 : integer(row, 'count');
  }

  /** Forgets lines from before a time; how many. */
  prune(beforeMs: number): number {
    return this.#driver.prepare('DELETE FROM log_line WHERE at < ?').run(beforeMs).changes;
  }
}

function toLine(row: SqlRow): MirrorLogLine {
  return {
    atMs: integer(row, 'at'),
    task: text(row, 'task') as MirrorTask,
    level: text(row, 'level') as MirrorLogLevel,
    sourceId: optionalInteger(row, 'source_id'),
    destinationId: optionalInteger(row, 'destination_id'),
    runId: optionalInteger(row, 'run_id'),
    text: text(row, 'text'),
  };
}
