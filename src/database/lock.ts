import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { errorMessage } from '../base/index.ts';
import { openDriver } from './driver.ts';
import { DatabaseError } from './errors.ts';

/**
 * Holds the right to write one backup's database until disposed or until the process ends, however it ends:
 * the lock is SQLite's own file lock, which the kernel releases. The file beside it names the holder for the
 * message that a second run prints. A shared lock keeps out exclusive ones only.
 */
export function acquireLock(
  databasePath: string,
  holder: { readonly processId: number; readonly operation: string },
  kind: 'exclusive' | 'shared' = 'exclusive',
): Disposable {
  const path = `${databasePath}.lock`;
  // Closing a file takes all locks that this process has on it away, so that one that is there is not opened
  // beside SQLite.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const driver = openDriver(path);
  try {
    driver.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE');
    driver.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_master');
  } catch (error) {
    driver.close();
    throw inUse(databasePath, error);
  }
  writeFileSync(`${path}.holder`, `${holder.operation}, process ${holder.processId}`, { mode: 0o600 });
  return { [Symbol.dispose]: () => driver.close() };
}

function inUse(databasePath: string, cause: unknown): DatabaseError {
  let holder = 'another run';
  try {
    holder = readFileSync(`${databasePath}.lock.holder`, 'utf8');
  } catch {
    // The holder writes its name right after taking the lock; until then it has none.
  }
  return new DatabaseError('database-in-use', `The backup is in use by ${holder} (${errorMessage(cause)}).`, {
    details: { databasePath, holder },
    hint: 'Wait until that run ends, or end it; the lock goes with it.',
    retryable: true,
  });
}
