import { existsSync } from 'node:fs';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  type BackupResult,
  backupFields,
  checkQuota,
  databasePath,
  type Opened,
  type Opening,
  openBackup,
  previewBackup,
  readBackupSettings,
  readQuotaSettings,
  readVolumeSettings,
  rememberZipMethod,
  runBackup,
} from '../../operations/index.ts';
import {
  openStreamSource,
  type PreparedSources,
  type SnapshotPolicy,
  type StreamSource,
  takeSnapshots,
} from '../../sources/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { printCompaction } from '../print-compaction.ts';
import { readProgramVersion } from '../program-version.ts';
import { createOpening, filterContext, findPassphrase, operationContext } from '../session.ts';
import { readSources } from '../source-arguments.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readSecondaries, syncAfterBackup } from '../sync-after-backup.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const prepared = readSources(context, context.arguments.slice(1));
  const secondaries = readSecondaries(context);
  const opening = createOpening(context, {
    operation: 'backup',
    purpose: 'begin',
    passphrase: await findPassphrase(context, 'begin'),
  });
  const operation = operationContext(context);
  if (settings.get('dry-run')) return preview(context, { opening, prepared });
  await using opened = await openBackup(opening, operation);
  const result = await backUp(context, opened, prepared);
  await storeVerificationFile(context, opened);
  const quota = await checkQuota(opened, readQuotaSettings(settings), {
    log: output,
    signal: context.control.signal,
  });
  const synced = await syncAfterBackup(context, { opened, result, secondaries });
  context.book.setResult({ ...backupFields(result), ...synced }, opened.remote.statistics, quota);
  report(result, opened, context);
  return exitCode(result, opened, output.counts);
}

/**
 * Stores the version. Snapshots and streams are held for as long as that takes, and not while other
 * destinations are brought level.
 */
async function backUp(
  context: CommandContext,
  opened: Opened,
  prepared: PreparedSources,
): Promise<BackupResult> {
  const { output, settings } = context;
  const operation = operationContext(context);
  const volumes = await readBackupVolumes(context, opened);
  using snapshots = takeSnapshots(prepared.roots, snapshotPolicy(settings), operation.log);
  await using stream = openStream(context);
  const backup = readBackupSettings(settings, {
    prepared,
    showsProgress: output.showsProgress,
    afterStoring: context.scripts.postBackup,
    streams: stream === undefined ? [] : [stream],
    relocations: snapshots.relocations,
    rules: context.filters,
    filterContext: filterContext(context),
    volumes,
    forbiddenPaths: ownFiles(databasePath(opened.target, 'find')),
  });
  const result = await runBackup(opened, backup, operation);
  if (volumes.volume.compression === 'zip') rememberZipMethod(opened, volumes.volume.archive.method);
  return result;
}

/** `--dry-run`: says what would be done, and opens nothing but the local database. */
async function preview(
  context: CommandContext,
  { opening, prepared }: { readonly opening: Opening; readonly prepared: PreparedSources },
): Promise<ExitCode> {
  const path = databasePath(opening.target, 'find');
  const program = {
    version: readProgramVersion(),
    nowMs: context.clock.now(),
    keys: opening.target.keys,
  };
  const backup = readBackupSettings(context.settings, {
    prepared,
    rules: context.filters,
    filterContext: filterContext(context),
    volumes: readVolumeSettings(context.settings, { zipMethod: undefined }, program),
    forbiddenPaths: ownFiles(path),
  });
  const existing = path !== undefined && existsSync(path) ? path : undefined;
  const result = await previewBackup(existing, backup, operationContext(context));
  const { files } = result;
  context.book.setResult(backupFields(result, true), undefined);
  context.output.printJson({ operation: 'backup', isDryRun: true, ...result });
  context.output.print(
    `Would examine ${formatCount(files.examined, 'file')} (${formatBytes(result.examinedBytes)}): ${files.added} new, ${files.modified} to look at, ${files.deleted} gone; would read ${formatBytes(result.openedBytes)}. Nothing was changed.`,
  );
  return context.output.counts.warnings > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}

function snapshotPolicy(settings: CommandContext['settings']): SnapshotPolicy {
  const names = { Off: 'off', Auto: 'auto', On: 'on', Required: 'required' } as const;
  return names[settings.get('snapshot-policy')];
}

/** Standard input or the output of a command, where one of them is to be stored. */
function openStream({ settings, clock }: CommandContext): StreamSource | undefined {
  const command = settings.get('stdin-command');
  const name = settings.get('stdin-filename') ?? (command === undefined ? undefined : 'stdin');
  return name === undefined ? undefined : openStreamSource({ name, command, nowMs: clock.now() });
}

/** The database changes while it is backed up, and is of no use in a backup. */
function ownFiles(path: string | undefined): ReadonlySet<string> {
  if (path === undefined) return new Set();
  return new Set(
    ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal', '.lock.holder'].map((ending) => path + ending),
  );
}

function report(result: BackupResult, opened: Opened, { output }: CommandContext): void {
  const { statistics } = opened.remote;
  const { files, folders, symlinks } = result;
  output.printJson({
    operation: 'backup',
    ...result,
    transfer: statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  output.print(
    `Files: ${files.examined} (${formatBytes(result.examinedBytes)}), ${files.added} new, ${files.modified} changed, ${files.deleted} gone`,
  );
  output.print(`Folders: ${folders.examined}, links: ${symlinks.examined}`);
  if (result.unprocessedFiles > 0)
    output.print(
      `Found before the stop, and not come to: ${formatCount(result.unprocessedFiles, 'entry', 'entries')}`,
    );
  output.print(
    `Read: ${formatBytes(result.openedBytes)}; new data: ${formatBytes(result.newBlockBytes)} in ${formatCount(result.newBlocks, 'block')}`,
  );
  output.print(
    `Uploaded: ${formatBytes(statistics.bytesUploaded)} in ${formatCount(statistics.filesUploaded, 'file')}`,
  );
  if (result.compact !== undefined) printCompaction(result.compact, output);
  if (result.failedFiles > 0)
    output.print(
      `Not readable, and not in this version: ${result.failedFiles}, first: ${result.failedPaths.slice(0, 5).join(', ')}`,
    );
  output.print(outcome(result));
}

function outcome({ versionTime, isPartial }: BackupResult): string {
  if (versionTime === undefined) {
    return isPartial
      ? 'Stopped before anything new was met; no version was made.'
      : 'Nothing has changed since the last version; no new one was made.';
  }
  const version = `version of ${new Date(versionTime * 1000).toISOString()}`;
  return isPartial ? `Stopped early, and stored a partial ${version}` : `Backup completed: ${version}`;
}

function exitCode(
  result: BackupResult,
  opened: Opened,
  counts: { readonly warnings: number; readonly errors: number },
): ExitCode {
  if (result.isPartial) return EXIT_CODES.stopped;
  if (counts.errors > 0) return EXIT_CODES.errors;
  if (counts.warnings > 0 || result.failedFiles > 0) return EXIT_CODES.warnings;
  return opened.remote.statistics.bytesUploaded === 0 ? EXIT_CODES.nothingUploaded : EXIT_CODES.success;
}
