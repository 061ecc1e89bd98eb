import { AbortedByUser, errorCode, errorMessage } from '../../base/index.ts';
import { redactUrl } from '../../destinations/index.ts';
import { resolveProgramOptions } from '../../options/index.ts';
import type { OperationContext } from '../context.ts';
import type { Places } from '../open-backup/settings.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { openEnd } from './open-end.ts';
import type { SynchronizeResult } from './result.ts';
import { runSynchronize } from './run.ts';
import type { SecondaryDestination } from './secondary-destinations.ts';
import { countBackup, noteLevel } from './secondary-schedule.ts';

export interface SecondaryResult {
  /** Without anything secret. */
  readonly url: string;
  /** `undefined`: it was not due, or it failed. */
  readonly result: SynchronizeResult | undefined;
  readonly outcome: 'level' | 'not-due' | 'failed';
}

export interface SecondaryRun {
  readonly destinations: readonly SecondaryDestination[];
  readonly places: Places;
  readonly parallelCopies: number;
}

/**
 * Brings those of the secondary destinations that are due level with the one that the backup is at. A failure
 * is told as an error and keeps no other destination from its turn.
 */
export async function syncSecondaries(
  opened: OpenedBackup,
  run: SecondaryRun,
  context: OperationContext,
): Promise<readonly SecondaryResult[]> {
  const results: SecondaryResult[] = [];
  for (const destination of run.destinations) {
    const url = redactUrl(destination.url);
    if (context.control.isStopping()) break;
    if (!countBackup(opened.database, destination, context.clock.now())) {
      results.push({ url, result: undefined, outcome: 'not-due' });
      continue;
    }
    try {
      const result = await syncOne(opened, destination, run, context);
      if (!result.isDryRun) noteLevel(opened.database, destination, context.clock.now());
      results.push({ url, result, outcome: 'level' });
    } catch (error) {
      context.control.signal.throwIfAborted();
      context.log.write(
        error instanceof AbortedByUser ? 'warning' : 'error',
        errorCode(error) ?? 'secondary-destination-failed',
        `The secondary destination '${url}' was not brought level: ${errorMessage(error)}`,
      );
      results.push({ url, result: undefined, outcome: 'failed' });
    }
  }
  return results;
}

async function syncOne(
  opened: OpenedBackup,
  { url, options, manner, retry, folder }: SecondaryDestination,
  { places, parallelCopies }: SecondaryRun,
  context: OperationContext,
): Promise<SynchronizeResult> {
  const settings = resolveProgramOptions({ commandLine: options });
  const keepsDeleted = manner.extras === 'rename';
  await using end = await openEnd({ url, settings, places, retry, folder, keepsDeleted }, context);
  return await runSynchronize(
    { source: opened.remote, target: end.remote },
    { ...manner, parallelCopies, newTemporaryPath: (name) => opened.temporary.newPath(name) },
    context,
  );
}
