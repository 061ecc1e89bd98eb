import { type Driver, integer, type SqlRow, text } from '../driver.ts';

export type MirrorHealth = 'healthy' | 'unhealthy';

/** A server and what is pulled from it. `fields` is JSON. */
export interface MirrorSourceRow {
  readonly id: number;
  readonly name: string;
  /** What it was called before, until its folder has followed. */
  readonly formerName: string | undefined;
  readonly destinationId: number;
  readonly fields: string;
  /** What the last look found; `undefined` before the first. */
  readonly health: MirrorHealth | undefined;
  readonly createdMs: number;
}

/** The servers to pull from, with their configuration as text. */
export class MirrorSources {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** All, by name. */
  list(): readonly MirrorSourceRow[] {
    return this.#driver.prepare('SELECT * FROM source ORDER BY name').all().map(toRow);
  }

  /** The id of the new one. */
  add(source: Pick<MirrorSourceRow, 'name' | 'destinationId' | 'fields' | 'createdMs'>): number {
    return this.#driver
      .prepare(
        'INSERT INTO source (name, destination_id, fields, created_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?4)',
      )
      .run(source.name, source.destinationId, source.fields, source.createdMs).lastId;
  }

  change(id: number, change: Pick<MirrorSourceRow, 'destinationId' | 'fields'>, nowMs: number): void {
    this.#driver
      .prepare('UPDATE source SET destination_id = ?2, fields = ?3, changed_at = ?4 WHERE id = ?1')
      .run(id, change.destinationId, change.fields, nowMs);
  }

  /** Gives it another name, and notes the one that its folder, if it has one, still has. */
  rename(id: number, name: string, formerName: string | undefined, nowMs: number): void {
    this.#driver
      .prepare('UPDATE source SET name = ?2, former_name = ?3, changed_at = ?4 WHERE id = ?1')
      .run(id, name, formerName ?? null, nowMs);
  }

  /** The folder has followed. */
  forgetFormerName(id: number): void {
    this.#driver.prepare('UPDATE source SET former_name = NULL WHERE id = ?').run(id);
  }

  setHealth(id: number, health: MirrorHealth): void {
    this.#driver.prepare('UPDATE source SET health = ?2 WHERE id = ?1').run(id, health);
  }

  /** Removes it with the rows of its runs; folders are the caller's business. */
  remove(id: number): void {
    this.#driver.prepare('DELETE FROM source WHERE id = ?').run(id);
  }
}

function toRow(row: SqlRow): MirrorSourceRow {
  const health = row['health'];
  return {
    id: integer(row, 'id'),
    name: text(row, 'name'),
    formerName: row['former_name'] === null ? undefined : text(row, 'former_name'),
    destinationId: integer(row, 'destination_id'),
    fields: text(row, 'fields'),
    health: health === 'healthy' || health === 'unhealthy' ? health : undefined,
    createdMs: integer(row, 'created_at'),
  };
}
