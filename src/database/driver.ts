import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { profile } from '../base/index.ts';
import { explainFailure } from './disk-full.ts';

export type SqlValue = SQLInputValue;
export type SqlRow = Record<string, SQLOutputValue>;

/** A prepared statement; values are bound by place. */
export interface Statement {
  run(...values: SqlValue[]): { readonly changes: number; readonly lastId: number };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  iterate(...values: SqlValue[]): Iterable<SqlRow>;
}

/** The narrow port to SQLite: everything else of this room speaks through it. */
export interface Driver {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /**
   * Runs `work` and commits it together with what was gathered before; on disk when this returns. A throw
   * rolls all of it back. Nested calls join the outer one.
   */
  transaction<T>(work: () => T): T;
  /**
   * Runs `work` in a transaction that stays open until the next `transaction`: for many small writes that
   * need not survive a crash one by one.
   */
  gather(work: () => void): void;
  close(): void;
}

export function openDriver(path: string, mode: 'read-write' | 'read-only' = 'read-write'): Driver {
  const database = new DatabaseSync(path, { readOnly: mode === 'read-only', timeout: 10_000 });
  const statements = new Map<string, Statement>();
  let depth = 0;
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = wrap(database.prepare(sql));
      statements.set(sql, statement);
      return statement;
    },
    gather(work) {
      if (!database.isTransaction) database.exec('BEGIN IMMEDIATE');
      try {
        work();
      } catch (error) {
        throw explainFailure(error);
      }
    },
    transaction(work) {
      if (depth > 0) return work();
      if (!database.isTransaction) database.exec('BEGIN IMMEDIATE');
      depth++;
      try {
        const result = work();
        profile.in('database', () => database.exec('COMMIT'));
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw explainFailure(error);
      } finally {
        depth--;
      }
    },
    close: () => database.close(),
  };
}

function wrap(statement: StatementSync): Statement {
  return {
    run: (...values) =>
      profile.in('database', () => {
        const result = statement.run(...values);
        return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) };
      }),
    get: (...values) => profile.in('database', () => statement.get(...values)),
    all: (...values) => profile.in('database', () => statement.all(...values)),
    iterate(...values) {
      const rows = statement.iterate(...values);
      return profile.isOn ? profile.each('database', rows) : rows;
    },
  };
}

/**
 * A column that holds an integer; `undefined` for NULL. Anything else means a damaged or foreign database.
 */
export function integer(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number')
    throw new TypeError(`column ${column} holds ${value === null ? 'NULL' : typeof value}, not a number`);
  return value;
}

export function optionalInteger(row: SqlRow, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string')
    throw new TypeError(`column ${column} holds ${value === null ? 'NULL' : typeof value}, not text`);
  return value;
}

export function optionalText(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** A column that holds bytes, as a Buffer on the same memory. */
export function bytes(row: SqlRow, column: string): Buffer {
  const value = row[column];
  if (!(value instanceof Uint8Array))
    throw new TypeError(`column ${column} holds ${value === null ? 'NULL' : typeof value}, not bytes`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

export function optionalBytes(row: SqlRow, column: string): Buffer | undefined {
  return row[column] === null ? undefined : bytes(row, column);
}

/**
 * A column that holds bytes as `hex(...)`, and nothing for NULL. Where many rows with short byte strings are
 * read this takes half the time: Node makes an object with memory of its own for each of them otherwise.
 */
export function optionalHex(row: SqlRow, column: string): Buffer | undefined {
  const digits = text(row, column);
  return digits === '' ? undefined : Buffer.from(digits, 'hex');
}
