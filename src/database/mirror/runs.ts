import { type Driver, integer, optionalInteger, type SqlRow, text } from '../driver.ts';

export type MirrorRunState = 'running' | 'completed' | 'failed' | 'deleting';

/** One pull. A completed one is a version. */
export interface MirrorRun {
  readonly id: number;
  readonly sourceId: number;
  readonly destinationId: number;
  readonly state: MirrorRunState;
  /** The name of its folder below that of the source; `undefined` until it has one, and where it keeps none. */
  readonly folder: string | undefined;
  /** Stands in the environment of every program that the run starts. */
  readonly token: string;
  readonly processId: number;
  readonly startedMs: number;
  readonly endedMs: number | undefined;
  /** Where it is, or where it failed. */
  readonly step: string | undefined;
  /** Why it failed. */
  readonly message: string | undefined;
  readonly warnings: number;
  readonly apparentBytes: number | undefined;
  readonly addedBytes: number | undefined;
  readonly files: number | undefined;
  readonly rsyncMs: number | undefined;
  readonly rsyncSummary: string | undefined;
  readonly receivedBytes: number | undefined;
  readonly bytesPerSecond: number | undefined;
}

/** What is learnt while a run goes on. */
export type MirrorRunFacts = Partial<
  Pick<
    MirrorRun,
    | 'folder'
    | 'step'
    | 'message'
    | 'warnings'
    | 'apparentBytes'
    | 'addedBytes'
    | 'files'
    | 'rsyncMs'
    | 'rsyncSummary'
    | 'receivedBytes'
    | 'bytesPerSecond'
    | 'endedMs'
    | 'state'
  >
>;

const COLUMNS: Readonly<Record<keyof MirrorRunFacts, string>> = {
  state: 'state',
  folder: 'folder',
  endedMs: 'ended_at',
  step: 'step',
  message: 'message',
  warnings: 'warnings',
  apparentBytes: 'apparent_size',
  addedBytes: 'added_size',
  files: 'files',
  rsyncMs: 'rsync_ms',
  rsyncSummary: 'rsync_summary',
  receivedBytes: 'received_size',
  bytesPerSecond: 'average_speed',
};

/** The runs of pulled sources, which are their versions. */
export class MirrorRuns {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** The id of the new, running one. */
  begin(run: Pick<MirrorRun, 'sourceId' | 'destinationId' | 'token' | 'processId' | 'startedMs'>): number {
    return this.#driver
      .prepare(
        "INSERT INTO run (source_id, destination_id, state, token, process_id, started_at) VALUES (?, ?, 'running', ?, ?, ?)",
      )
      .run(run.sourceId, run.destinationId, run.token, run.processId, run.startedMs).lastId;
  }

  note(id: number, facts: MirrorRunFacts): void {
    for (const [fact, column] of Object.entries(COLUMNS)) {
      const value = facts[fact as keyof MirrorRunFacts];
      if (value !== undefined)
        this.#driver.prepare(`UPDATE run SET ${column} = ?2 WHERE id = ?1`).run(id, value);
    }
  }

  get(id: number): MirrorRun | undefined {
    const row = this.#driver.prepare('SELECT * FROM run WHERE id = ?').get(id);
    return row === undefined ? undefined : toRun(row);
  }

  /** All runs of a source, the newest first. */
  ofSource(sourceId: number): readonly MirrorRun[] {
    return this.#driver
      .prepare('SELECT * FROM run WHERE source_id = ? ORDER BY started_at DESC, id DESC')
      .all(sourceId)
      .map(toRun);
  }

  /** The completed runs of a source, the newest first. */
  versions(sourceId: number): readonly MirrorRun[] {
    return this.ofSource(sourceId).filter(({ state }) => state === 'completed');
  }

  /** All runs that began in a period, the newest first. */
  between(fromMs: number, toMs: number): readonly MirrorRun[] {
    return this.#driver
      .prepare('SELECT * FROM run WHERE started_at >= ? AND started_at < ? ORDER BY started_at DESC, id DESC')
      .all(fromMs, toMs)
      .map(toRun);
  }

  remove(id: number): void {
    this.#driver.prepare('DELETE FROM run WHERE id = ?').run(id);
  }
}

function toRun(row: SqlRow): MirrorRun {
  return {
    id: integer(row, 'id'),
    sourceId: integer(row, 'source_id'),
    destinationId: integer(row, 'destination_id'),
    state: text(row, 'state') as MirrorRunState,
    folder: optionalText(row, 'folder'),
    token: text(row, 'token'),
    processId: integer(row, 'process_id'),
    startedMs: integer(row, 'started_at'),
    endedMs: optionalInteger(row, 'ended_at'),
    step: optionalText(row, 'step'),
    message: optionalText(row, 'message'),
    warnings: integer(row, 'warnings'),
    apparentBytes: optionalInteger(row, 'apparent_size'),
    addedBytes: optionalInteger(row, 'added_size'),
    files: optionalInteger(row, 'files'),
    rsyncMs: optionalInteger(row, 'rsync_ms'),
    rsyncSummary: optionalText(row, 'rsync_summary'),
    receivedBytes: optionalInteger(row, 'received_size'),
    bytesPerSecond: optionalInteger(row, 'average_speed'),
  };
}

function optionalText(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}
