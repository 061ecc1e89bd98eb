import {
  type BackupResult,
  type Opened,
  type ResultFields,
  readSecondaryDestinations,
  type SecondaryDestinations,
  type SecondaryResult,
  syncSecondaries,
} from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { formatBytes, formatCount } from './format-amount.ts';
import { findPlaces, operationContext } from './session.ts';

/**
 * The further destinations of `--remote-sync-json-config`. Throws `secondary-destinations-invalid`, before
 * anything is done.
 */
export function readSecondaries({ settings, output }: CommandContext): SecondaryDestinations | undefined {
  const config = settings.get('remote-sync-json-config');
  return config === undefined || config === '' ? undefined : readSecondaryDestinations(config, output);
}

export interface FinishedBackup {
  readonly opened: Opened;
  readonly result: BackupResult;
  readonly secondaries: SecondaryDestinations | undefined;
}

/**
 * Brings further destinations level after a backup that went well, and says how each fared. Answers what the
 * result of the run tells of them.
 */
export async function syncAfterBackup(
  context: CommandContext,
  { opened, result, secondaries }: FinishedBackup,
): Promise<ResultFields> {
  const { output, settings } = context;
  if (secondaries === undefined) return {};
  const { warnings, errors } = output.counts;
  const isBad =
    errors > 0 || result.isPartial || ((warnings > 0 || result.failedFiles > 0) && !secondaries.onWarnings);
  if (isBad) {
    output.announce(
      'The secondary destinations were left as they are: the backup did not go well enough.',
      'secondary-destinations-skipped',
    );
    return { RemoteSynchronizationResults: [] };
  }
  const results = await syncSecondaries(
    opened,
    {
      destinations: secondaries.destinations,
      places: findPlaces(context),
      parallelCopies: settings.get('asynchronous-upload-limit'),
    },
    operationContext(context),
  );
  for (const one of results) output.print(describe(one));
  return { RemoteSynchronizationResults: results };
}

function describe({ url, outcome, result }: SecondaryResult): string {
  if (result === undefined)
    return `Secondary destination ${url}: ${outcome === 'failed' ? 'failed' : 'not due'}`;
  const verb = result.isDryRun ? 'would be copied' : 'copied';
  return `Secondary destination ${url}: ${formatCount(result.copiedFiles, 'file')} ${verb} (${formatBytes(result.copiedBytes)}), ${result.removedFiles} removed`;
}
