import type { ExitCode } from '../../catalog/index.ts';
import {
  openBackup,
  type PurgeBrokenResult,
  purgeBrokenFields,
  purgeBrokenFiles,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { formatCount } from '../format-amount.ts';
import { refuseFilters } from '../refuse-filters.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  refuseFilters(context);
  const { output, settings } = context;
  const dryRun = settings.get('dry-run');
  const opening = createOpening(context, {
    operation: 'purge-broken-files',
    purpose: dryRun ? 'read' : 'continue',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup({ ...opening, losses: 'accept' }, operation);
  const result = await purgeBrokenFiles(
    opened,
    {
      lostMetadata: settings.get('disable-replace-missing-metadata') ? 'remove' : 'replace',
      volumes: await readBackupVolumes(context, opened),
      dryRun,
    },
    operation,
  );
  await storeVerificationFile(context, opened);
  context.book.setResult(purgeBrokenFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'purge-broken-files',
    ...result,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  print(result, context);
  return exitCodeOfChange(output.counts);
}

function print(result: PurgeBrokenResult, { output }: CommandContext): void {
  const { versions, deletedVersions, rewrittenVersions, removedEntries, isDryRun } = result;
  if (versions.length === 0) {
    output.print('Every file of every version can be restored; nothing was changed.');
    return;
  }
  const would = isDryRun ? 'Would remove' : 'Removed';
  output.print(
    `${would} ${formatCount(removedEntries, 'entry', 'entries')}: ${formatCount(rewrittenVersions, 'version')} changed, ${deletedVersions} deleted${isDryRun ? '; nothing was changed.' : '.'}`,
  );
}
