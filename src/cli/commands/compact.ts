import type { ExitCode } from '../../catalog/index.ts';
import { compactFields, openBackup, readCompactSettings, runCompact } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { printCompaction } from '../print-compaction.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const dryRun = settings.get('dry-run');
  const opening = createOpening(context, {
    operation: 'compact',
    purpose: dryRun ? 'read' : 'continue',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup(opening, operation);
  const compact = readCompactSettings(settings, await readBackupVolumes(context, opened));
  const result = await runCompact(opened, compact, operation);
  await storeVerificationFile(context, opened);
  context.book.setResult(compactFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'compact',
    ...result,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  printCompaction(result, output);
  if (result.unusedVolumes + result.rewrittenVolumes === 0 && result.unreadableVolumes.length === 0)
    output.print('There is nothing worth compacting.');
  return exitCodeOfChange(output.counts, !result.isComplete && context.control.isStopping());
}
