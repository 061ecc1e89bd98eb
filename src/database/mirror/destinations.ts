import { type Driver, integer, type SqlRow, text } from '../driver.ts';

/** A place that pulled versions are kept at. `fields` is JSON. */
export interface MirrorDestinationRow {
  readonly id: number;
  readonly name: string;
  readonly marker: string;
  readonly fields: string;
  readonly createdMs: number;
}

/** The folders that pulled versions lie in, with their configuration as text. */
export class MirrorDestinations {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** All, by name. */
  list(): readonly MirrorDestinationRow[] {
    return this.#driver.prepare('SELECT * FROM destination ORDER BY name').all().map(toRow);
  }

  find(name: string): MirrorDestinationRow | undefined {
    const row = this.#driver.prepare('SELECT * FROM destination WHERE name = ?').get(name);
    return row === undefined ? undefined : toRow(row);
  }

  /** The id of the new one. */
  add(destination: Omit<MirrorDestinationRow, 'id'>): number {
    return this.#driver
      .prepare(
        'INSERT INTO destination (name, marker, fields, created_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?4)',
      )
      .run(destination.name, destination.marker, destination.fields, destination.createdMs).lastId;
  }

  setFields(id: number, fields: string, nowMs: number): void {
    this.#driver
      .prepare('UPDATE destination SET fields = ?2, changed_at = ?3 WHERE id = ?1')
      .run(id, fields, nowMs);
  }

  rename(id: number, name: string, nowMs: number): void {
    this.#driver
      .prepare('UPDATE destination SET name = ?2, changed_at = ?3 WHERE id = ?1')
      .run(id, name, nowMs);
  }

  /** Removes it with the rows of its runs. It may have no source. */
  remove(id: number): void {
    this.#driver.prepare('DELETE FROM destination WHERE id = ?').run(id);
  }
}

function toRow(row: SqlRow): MirrorDestinationRow {
  return {
    id: integer(row, 'id'),
    name: text(row, 'name'),
    marker: text(row, 'marker'),
    fields: text(row, 'fields'),
    createdMs: integer(row, 'created_at'),
  };
}
