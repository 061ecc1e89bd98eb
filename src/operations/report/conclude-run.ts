import { existsSync } from 'node:fs';
import process from 'node:process';
import { errorCode, errorMessage, type Log } from '../../base/index.ts';
import { acquireLock, LocalDatabase } from '../../database/index.ts';
import type { TransferStatistics } from '../../transfer/index.ts';
import { vacuumIfDue } from '../vacuum/run.ts';
import { backendStatistics } from './backend-statistics.ts';
import { vacuumPart } from './query-fields.ts';
import { createResultObject, type ResultFields, type ResultObject, type RunFacts } from './result-object.ts';

export interface Conclusion {
  readonly facts: Omit<RunFacts, 'statistics'>;
  readonly transfer: TransferStatistics | undefined;
  /** What is known of the room at the destination. */
  readonly quota: ResultFields;
  /** The local database of the backup; `undefined` where there is none, or nothing may be changed. */
  readonly databasePath: string | undefined;
  /** How long results are kept. */
  readonly retentionMs: number;
  /** The least time between two vacuums; `undefined`: none. */
  readonly vacuumIntervalMs: number | undefined;
}

/**
 * What follows every operation: its result is formed and kept in the local database, old results are dropped,
 * and the database is vacuumed where that is asked for and due. The run is over by then, so that nothing here
 * fails it: where the database cannot be had, the result is only answered.
 */
export function concludeRun(conclusion: Conclusion, log: Log): ResultObject {
  const { databasePath, facts, transfer, quota } = conclusion;
  const bare = () =>
    createResultObject({ ...facts, statistics: { ...backendStatistics(transfer, undefined), ...quota } });
  if (databasePath === undefined || !existsSync(databasePath)) return bare();
  try {
    using _ = acquireLock(databasePath, { processId: process.pid, operation: facts.operation });
    using database = LocalDatabase.open(databasePath);
    return keepResult(database, conclusion, log);
  } catch (error) {
    const level = errorCode(error) === 'database-in-use' ? 'verbose' : 'warning';
    log.write(level, 'result-not-kept', `The result of this run cannot be kept: ${errorMessage(error)}`);
    return bare();
  }
}

function keepResult(database: LocalDatabase, conclusion: Conclusion, log: Log): ResultObject {
  const { facts, transfer, quota, retentionMs, vacuumIntervalMs } = conclusion;
  const { operation, beginMs, endMs } = facts;
  database.transaction(() => database.operations.dropBefore(endMs - retentionMs));
  const vacuumed =
    vacuumIntervalMs === undefined ? undefined : vacuumIfDue(database, vacuumIntervalMs, endMs, log);
  const result = createResultObject({
    ...facts,
    fields: { ...facts.fields, ...(vacuumed === undefined ? {} : { VacuumResults: vacuumPart(vacuumed) }) },
    statistics: { ...backendStatistics(transfer, database), ...quota },
  });
  database.transaction(() =>
    database.operations.add({ name: operation, beginMs, endMs, result: JSON.stringify(result) }),
  );
  return result;
}
