import { statSync } from 'node:fs';
import process from 'node:process';
import type { Log } from '../../base/index.ts';
import { counted } from '../../base/index.ts';
import { acquireLock, LocalDatabase } from '../../database/index.ts';

/** Length of the local database before and after. */
export interface VacuumResult {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const LAST_VACUUM = 'last-vacuum';

/** Vacuums the local database at a path. Throws `database-in-use`, `database-unreadable`. */
export function vacuumDatabase(path: string, nowMs: number): VacuumResult {
  using _ = acquireLock(path, { processId: process.pid, operation: 'vacuum' });
  using database = LocalDatabase.open(path);
  return runVacuum(database, nowMs);
}

/**
 * Rewrites the local database without the room that deleted rows left. Needs as much free space as the
 * database has.
 */
function runVacuum(database: LocalDatabase, nowMs: number): VacuumResult {
  const bytesBefore = statSync(database.path).size;
  database.vacuum();
  database.transaction(() => database.configuration.set(LAST_VACUUM, `${nowMs}`));
  return { bytesBefore, bytesAfter: statSync(database.path).size };
}

/** Vacuums unless that was done less than `intervalMs` ago; `undefined` then. */
export function vacuumIfDue(
  database: LocalDatabase,
  intervalMs: number,
  nowMs: number,
  log: Log,
): VacuumResult | undefined {
  const lastMs = Number(database.configuration.get(LAST_VACUUM) ?? 0);
  if (nowMs - lastMs < intervalMs) return undefined;
  const result = runVacuum(database, nowMs);
  log.write(
    'information',
    'database-vacuumed',
    `The local database was vacuumed: ${counted(result.bytesBefore, 'byte')} before, ${result.bytesAfter} after.`,
  );
  return result;
}
