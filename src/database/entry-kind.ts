import { asInteger, type ColumnValue, type SqlRow } from './driver.ts';

/** Kinds of entries, as the database numbers them. */
export const ENTRY_KINDS = { file: 1, folder: 2, symlink: 3 } as const;
export type EntryKind = (typeof ENTRY_KINDS)[keyof typeof ENTRY_KINDS];

/** The kind in a row of entries. */
export function readKind(row: SqlRow): EntryKind {
  return asKind(row['kind']);
}

export function asKind(value: ColumnValue): EntryKind {
  const kind = asInteger(value, 'kind');
  if (kind !== 1 && kind !== 2 && kind !== 3) throw new TypeError(`entry of kind ${kind}`);
  return kind;
}
