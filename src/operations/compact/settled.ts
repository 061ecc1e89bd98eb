import type { LocalDatabase } from '../../database/index.ts';
import { markUnsettled } from '../space/unsettled.ts';
import { type CompactRules, findSmallReasons } from './plan.ts';

/** Books that under these rules nothing is to be done until something is taken away. */
export function markSettled(database: LocalDatabase, rules: CompactRules): void {
  database.transaction(() => database.configuration.set('space-settled', textOf(rules)));
}

/** The same of a backup without any volume: the first run need not look through what it stored itself. */
export function markNewSettled(database: LocalDatabase, rules: CompactRules): void {
  if (database.volumes.all().length === 0) markSettled(database, rules);
}

/** True where counting blocks can find nothing: a look at the whole database is saved. */
export function isSettled({ configuration, volumes }: LocalDatabase, rules: CompactRules): boolean {
  if (configuration.get('space-settled') !== textOf(rules)) return false;
  return findSmallReasons(volumes.stored('dblock'), rules).length === 0;
}

/**
 * Books that a compaction begins, which may end before it has done everything. Contents that no version has
 * go first: the blocks that they name may go now.
 */
export function markCompaction(database: LocalDatabase, nowMs: number): void {
  database.transaction(() => {
    database.contents.dropUnused();
    markUnsettled(database);
    database.configuration.set('last-compaction', String(nowMs));
  });
}

/** Milliseconds since 1970; 0 where it never was. */
export function lastCompactionMs({ configuration }: LocalDatabase): number {
  return Number(configuration.get('last-compaction') ?? 0);
}

function textOf(rules: CompactRules): string {
  return JSON.stringify([rules.thresholdPercent, rules.dblockSizeBytes]);
}
