import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type BrokenListing, brokenFields, listBrokenFiles, openBackup } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount, formatTime } from '../format-amount.ts';
import { refuseFilters } from '../refuse-filters.ts';
import { createOpening, openAskingLate, operationContext } from '../session.ts';

const NAMED = 5;

export async function run(context: CommandContext): Promise<ExitCode> {
  refuseFilters(context);
  const { output, settings } = context;
  await using opened = await openAskingLate(context, (passphrase) =>
    openBackup(
      createOpening(context, { operation: 'list-broken-files', purpose: 'read', passphrase }),
      operationContext(context),
    ),
  );
  const most = settings.get('full-result') ? Number.MAX_SAFE_INTEGER : NAMED;
  const versions = listBrokenFiles(opened, most, output);
  context.book.setResult(brokenFields(versions), opened.remote.statistics);
  output.printJson({ operation: 'list-broken-files', versions });
  for (const version of versions) print(version, context);
  if (versions.length === 0 && output.counts.warnings === 0)
    output.print('Every file of every version can be restored.');
  return EXIT_CODES.success;
}

function print(
  { version, timestamp, brokenEntries, entries }: BrokenListing,
  { output }: CommandContext,
): void {
  output.print(
    `Version ${version} of ${formatTime(timestamp * 1000)}: ${formatCount(brokenEntries, 'broken entry', 'broken entries')}`,
  );
  for (const { path, sizeBytes, lost } of entries)
    output.print(`  ${path} (${lost === 'metadata' ? 'metadata only' : formatBytes(sizeBytes)})`);
  if (brokenEntries > entries.length)
    output.print(`  and ${brokenEntries - entries.length} more; --full-result shows all`);
}
