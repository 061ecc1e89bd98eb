import { join, resolve } from 'node:path';
import type { ExitCode } from '../catalog/index.ts';
import type { ContentReference } from '../database/index.ts';
import {
  leaveOutRestored,
  type RestoreResult,
  restoreFields,
  runRestore,
  selectEveryVersion,
} from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { CommandLineError } from './command-line-error.ts';
import { formatTime } from './format-amount.ts';
import { openToRestore } from './open-to-restore.ts';
import { printRestore, restoreExitCode } from './print-restore.ts';
import { readRestoreSettings } from './restore-settings.ts';

/**
 * `restore --restore-all-files`: every version asked for, the oldest first, each into a folder of its time
 * below `--restore-path`.
 */
export async function restoreEveryVersion(context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  const folder = settings.get('restore-path');
  if (folder === undefined) {
    throw new CommandLineError('arguments-missing', 'Several versions cannot go to one original place.', {
      hint: 'Say with --restore-path below which folder to put them.',
    });
  }
  const { selection, request, operation, ...reading } = await openToRestore(context, 'all');
  await using opened = reading.opened;
  const restored = new Set<ContentReference>();
  const results: RestoreResult[] = [];
  for (const { seq, timestamp } of selectEveryVersion(opened.database, opened.isWhole ? request : {})) {
    const wanted =
      settings.get('restore-all-files') === 'Unique'
        ? leaveOutRestored(opened.database, seq, selection, restored)
        : selection;
    output.announce(`Restoring from the version of ${new Date(timestamp * 1000).toISOString()}.`);
    const target = join(resolve(folder), folderName(timestamp));
    const result = await runRestore(
      opened,
      { ...readRestoreSettings(context, seq, wanted), restorePath: target },
      operation,
    );
    printRestore(result, context);
    results.push(result);
  }
  context.book.setResult({ Versions: results.map(restoreFields) }, opened.remote.statistics);
  output.printJson({ operation: 'restore', versions: results });
  return results
    .map((result) => restoreExitCode(result, output.counts.warnings))
    .reduce((worst, code) => (code > worst ? code : worst));
}

/** `yyyyMMdd-HHmmss` in the local zone. */
function folderName(timestamp: number): string {
  return formatTime(timestamp * 1000)
    .replaceAll(/[-:]/g, '')
    .replace(' ', '-');
}
