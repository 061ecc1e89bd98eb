import type { ExitCode } from '../../catalog/index.ts';
import {
  chooseVersions,
  type Opened,
  openBackup,
  type PurgeResult,
  type PurgeSettings,
  purgeFields,
  readAutoCompactSettings,
  runPurge,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { compilePatterns } from '../entry-patterns.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { printCompaction } from '../print-compaction.ts';
import { createOpening, filterContext, findPassphrase, operationContext } from '../session.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readVersionRequest } from '../version-request.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const { accept } = compilePaths(context);
  const dryRun = settings.get('dry-run');
  const opening = createOpening(context, {
    operation: 'purge',
    purpose: dryRun ? 'read' : 'continue',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup(opening, operation);
  const volumes = await readBackupVolumes(context, opened);
  const compact = readAutoCompactSettings(settings, volumes);
  const synthetic = settings.get('disable-synthetic-filelist') ? 'drop' : 'make';
  const versions = readVersions(context, opened);
  const result = await runPurge(opened, { versions, accept, synthetic, volumes, compact, dryRun }, operation);
  await storeVerificationFile(context, opened);
  context.book.setResult(purgeFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'purge',
    ...result,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  print(result, context);
  return exitCodeOfChange(output.counts, !result.isComplete);
}

/** What goes is named by paths or by filters; both together would leave open which of them counts. */
function compilePaths(context: CommandContext): { readonly accept: (path: string) => boolean } {
  const [, ...paths] = context.arguments;
  const { filters } = context;
  if (paths.length === 0 && filters.length === 0)
    throw new CommandLineError('arguments-missing', 'Nothing says which files to remove.', {
      hint: 'Name paths, or give --include. --dry-run shows what would go.',
    });
  if (paths.length > 0 && filters.length > 0)
    throw new CommandLineError('arguments-invalid', 'Both paths and filters say which files to remove.', {
      hint: 'Give either paths, or --include and --exclude.',
    });
  if (paths.length === 0 && filters.every(({ kind }) => kind === 'exclude'))
    throw new CommandLineError('arguments-invalid', 'Nothing says which files to remove: only what stays.', {
      hint: 'Give --include too; alone, --exclude would remove everything else.',
    });
  return compilePatterns(paths, filters, filterContext(context));
}

/** All versions, unless some are asked for. */
function readVersions(context: CommandContext, { database }: Opened): PurgeSettings['versions'] {
  const request = readVersionRequest(context);
  if (request.versions === undefined && request.timeMs === undefined) return 'all';
  const times = database.filesets.versions().map(({ timestamp }) => timestamp * 1000);
  const { numbers, beyond } = chooseVersions(times, request);
  for (const number of beyond.slice(0, 1))
    context.output.write('warning', 'version-not-found', `There is no version ${number}.`);
  return numbers;
}

function print(result: PurgeResult, { output }: CommandContext): void {
  const { versions, removedEntries, removedBytes, isDryRun } = result;
  if (result.compact !== undefined) printCompaction(result.compact, output);
  if (versions.length === 0) {
    output.print('No version holds any of these files; nothing was changed.');
    return;
  }
  const what = `${formatCount(removedEntries, 'entry', 'entries')} (${formatBytes(removedBytes)}) from ${formatCount(versions.length, 'version')}`;
  output.print(isDryRun ? `Would remove ${what}; nothing was changed.` : `Removed ${what}.`);
}
