import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  openForReading,
  type RestoreResult,
  type RestoreSettings,
  restoreFields,
  runRestore,
  selectVersion,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { restoreControlFiles } from '../control-files.ts';
import { compilePatterns } from '../entry-patterns.ts';
import { formatBytes } from '../format-amount.ts';
import { createOpening, filterContext, findPassphrase, operationContext } from '../session.ts';
import { readVersionRequest } from '../version-request.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  if (context.settings.get('control-files') !== undefined) return restoreControlFiles(context);
  const {
    arguments: [, ...patterns],
    settings,
    output,
  } = context;
  const selection = compilePatterns(patterns, context.filters, filterContext(context));
  const request = readVersionRequest(context);
  const opening = createOpening(context, {
    operation: 'restore',
    purpose: 'read',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openForReading(
    {
      ...opening,
      localDatabase: settings.get('no-local-db') ? 'ignore' : 'use',
      selection: { ...request, accept: selection.accept, extent: 'newest-match' },
    },
    operation,
  );
  const { fileset, match } = selectVersion(opened.database, opened.isWhole ? request : {}, selection);
  const time = new Date(fileset.timestamp * 1000).toISOString();
  if (match === 'fallback')
    output.write('warning', 'version-not-found', `There is no such version; the one of ${time} is taken.`);
  output.announce(`Restoring from the version of ${time}.`);
  const result = await runRestore(opened, readRestoreSettings(context, fileset.seq, selection), operation);
  context.book.setResult(restoreFields(result), opened.remote.statistics);
  report(result, context);
  return exitCode(result, output.counts.warnings);
}

function readRestoreSettings(
  { settings }: CommandContext,
  seq: RestoreSettings['seq'],
  selection: RestoreSettings['selection'],
): RestoreSettings {
  const restorePath = settings.get('restore-path');
  const largest = settings.get('skip-files-larger-than');
  const threads = settings.get('concurrency-max-threads');
  return {
    seq,
    selection,
    restorePath: restorePath === undefined ? undefined : resolve(restorePath),
    overwrite: settings.get('overwrite'),
    restorePermissions: settings.get('restore-permissions'),
    // Links are restored with their times in any case: nothing is ever set through them, so there is nothing to guard against.
    restoreSymlinkMetadata: true,
    skipMetadata: settings.get('skip-metadata'),
    skipVerification: settings.get('skip-restore-verification'),
    dontCompressRestorePaths: settings.get('dont-compress-restore-paths'),
    withLocalBlocks: settings.get('restore-with-local-blocks'),
    dryRun: settings.get('dry-run'),
    skipFilesLargerThanBytes: largest === undefined || largest === 0 ? undefined : largest,
    workers: threads > 0 ? threads : Math.max(1, availableParallelism()),
  };
}

/** How many files and problems are named; JSON names all. */
const NAMED = 20;

function report(result: RestoreResult, { output }: CommandContext): void {
  const { metadataProblems } = result;
  for (const path of result.notFound)
    output.write('warning', 'not-in-version', `'${path}' is not in this version.`);
  for (const sentence of metadataProblems.first) output.write('verbose', 'metadata-incomplete', sentence);
  if (metadataProblems.count > 0) {
    output.write(
      'warning',
      'metadata-incomplete',
      `Could not be set: ${countsByPart(metadataProblems.byPart)}. First: ${metadataProblems.first[0] ?? ''}`,
    );
  }
  for (const { name, reason } of result.brokenVolumes)
    output.write('error', 'volume-unreadable', `The volume '${name}' cannot be read: ${reason}`);
  for (const { path, reason } of [...result.brokenFiles, ...result.refused].slice(0, NAMED))
    output.write('error', 'not-restored', `Not restored: '${path}': ${reason}`);
  const lost = result.brokenFiles.length + result.refused.length;
  output.printJson({
    operation: 'restore',
    ...result,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  output.print(
    `Restored ${result.restoredFiles} files (${formatBytes(result.restoredBytes)}), ${result.restoredFolders} folders and ${result.restoredSymlinks} links to ${result.targetFolder}`,
  );
  if (result.unmodifiedFiles > 0) output.print(`Already there and the same: ${result.unmodifiedFiles} files`);
  if (lost > 0) output.print(`NOT restored: ${lost} entries. Everything else was restored.`);
}

/** `owner 12, mode 3`, the most frequent first. */
function countsByPart(byPart: Readonly<Record<string, number>>): string {
  const parts = Object.entries(byPart).sort(([, a], [, b]) => b - a);
  return parts.map(([part, count]) => `${part} ${count}`).join(', ');
}

function exitCode(result: RestoreResult, warnings: number): ExitCode {
  const isIncomplete =
    result.brokenFiles.length > 0 || result.brokenVolumes.length > 0 || result.refused.length > 0;
  if (isIncomplete) return EXIT_CODES.failed;
  return warnings > 0 || result.notFound.length > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}
