import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { profile } from '../base/index.ts';
import { explainFailure } from './disk-full.ts';

export type SqlValue = SQLInputValue;
export type SqlRow = Record<string, SQLOutputValue>;
/** A row as its columns in their order. */
export type SqlColumns = readonly SQLOutputValue[];
/** What stands in a column; `undefined` where the row lacks it. */
export type ColumnValue = SQLOutputValue | undefined;

/** A prepared statement; values are bound by place. */
export interface Statement<Row = SqlRow> {
  run(...values: SqlValue[]): { readonly changes: number; readonly lastId: number };
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
  iterate(...values: SqlValue[]): Iterable<Row>;
}

/** The narrow port to SQLite: everything else of this room speaks through it. */
export interface Driver {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** For many rows: columns in their order take two thirds of the time that columns with names do. */
  prepareColumns(sql: string): Statement<SqlColumns>;
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
  /** Whether writes wait for the next `transaction`. */
  readonly isGathering: boolean;
  close(): void;
}

export function openDriver(path: string, mode: 'read-write' | 'read-only' = 'read-write'): Driver {
  const database = new DatabaseSync(path, { readOnly: mode === 'read-only', timeout: 10_000 });
  const statements = new Map<string, Statement>();
  const columnStatements = new Map<string, Statement<SqlColumns>>();
  let depth = 0;
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => once(statements, sql, () => wrap<SqlRow>(database.prepare(sql))),
    prepareColumns: (sql) =>
      once(columnStatements, sql, () => {
        const statement = database.prepare(sql);
        statement.setReturnArrays(true);
        return wrap<SqlColumns>(statement);
      }),
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
    get isGathering() {
      return database.isTransaction;
    },
    close: () => database.close(),
  };
}

function once<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = make();
  values.set(key, value);
  return value;
}

/** Node's types know rows with names only; which of the two come was settled by `setReturnArrays`. */
function wrap<Row>(statement: StatementSync): Statement<Row> {
  return {
    run: (...values) =>
      profile.in('database', () => {
        const result = statement.run(...values);
        return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) };
      }),
    get: (...values) => profile.in('database', () => statement.get(...values) as Row | undefined),
    all: (...values) => profile.in('database', () => statement.all(...values) as Row[]),
    iterate(...values) {
      const rows = statement.iterate(...values) as Iterable<Row>;
      return profile.isOn ? profile.each('database', rows) : rows;
    },
  };
}

/**
 * A column that holds an integer; `undefined` for NULL. Anything else means a damaged or foreign database.
 */
export function integer(row: SqlRow, column: string): number {
  return asInteger(row[column], column);
}

/** The same for a value whose column is named for the error only. */
export function asInteger(value: ColumnValue, column: string): number {
  if (typeof value !== 'number')
    throw new TypeError(`column ${column} holds ${value === null ? 'NULL' : typeof value}, not a number`);
  return value;
}

export function optionalInteger(row: SqlRow, column: string): number | undefined {
  return asOptionalInteger(row[column], column);
}

export function asOptionalInteger(value: ColumnValue, column: string): number | undefined {
  return value === null ? undefined : asInteger(value, column);
}

export function text(row: SqlRow, column: string): string {
  return asText(row[column], column);
}

export function asText(value: ColumnValue, column: string): string {
  if (typeof value !== 'string')
    throw new TypeError(`column ${column} holds ${value === null ? 'NULL' : typeof value}, not text`);
  return value;
}

export function optionalText(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** A column that holds bytes, as a Buffer on the same memory. */
export function bytes(row: SqlRow, column: string): Buffer {
  return asBytes(row[column], column);
}

export function asBytes(value: ColumnValue, column: string): Buffer {
  if (!(value instanceof Uint8Array))
    throw new TypeError(`column ${column} holds ${value === null ? 'NULL' : typeof value}, not bytes`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

export function optionalBytes(row: SqlRow, column: string): Buffer | undefined {
  return asOptionalBytes(row[column], column);
}

export function asOptionalBytes(value: ColumnValue, column: string): Buffer | undefined {
  return value === null ? undefined : asBytes(value, column);
}

/**
 * A column that holds bytes as `hex(...)`, and nothing for NULL. Where many rows with short byte strings are
 * read this takes half the time: Node makes an object with memory of its own for each of them otherwise.
 */
export function asOptionalHex(value: ColumnValue, column: string): Buffer | undefined {
  const digits = asText(value, column);
  return digits === '' ? undefined : Buffer.from(digits, 'hex');
}
