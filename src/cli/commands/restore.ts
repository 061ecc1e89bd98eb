import type { ExitCode } from '../../catalog/index.ts';
import { restoreFields, runRestore, selectVersion } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { restoreControlFiles } from '../control-files.ts';
import { openToRestore } from '../open-to-restore.ts';
import { printRestore, restoreExitCode } from '../print-restore.ts';
import { restoreEveryVersion } from '../restore-every-version.ts';
import { readRestoreSettings } from '../restore-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  if (context.settings.get('control-files') !== undefined) return restoreControlFiles(context);
  if (context.settings.get('restore-all-files') !== 'False') return restoreEveryVersion(context);
  const { output } = context;
  const { selection, request, operation, ...reading } = await openToRestore(context, 'newest-match');
  await using opened = reading.opened;
  const { fileset, match } = selectVersion(opened.database, opened.isWhole ? request : {}, selection);
  const time = new Date(fileset.timestamp * 1000).toISOString();
  if (match === 'fallback')
    output.write('warning', 'version-not-found', `There is no such version; the one of ${time} is taken.`);
  output.announce(`Restoring from the version of ${time}.`);
  const result = await runRestore(opened, readRestoreSettings(context, fileset.seq, selection), operation);
  context.book.setResult(restoreFields(result), opened.remote.statistics);
  printRestore(result, context);
  return restoreExitCode(result, output.counts.warnings);
}
