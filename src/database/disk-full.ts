import { DatabaseError } from './errors.ts';

/** SQLite's result code for a disk without room. */
const SQLITE_FULL = 13;

/** What SQLite threw, as something that a user understands where it is about the disk. */
export function explainFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || error.errcode !== SQLITE_FULL) return error;
  return new DatabaseError('database-full', 'The disk that holds the local database is full.', {
    hint: 'Make room there, or choose another place with --dbpath. Everything stored so far is kept.',
    cause: error,
  });
}
