import type { ExitCode } from '../../catalog/index.ts';
import {
  deleteFields,
  openBackup,
  readAutoCompactSettings,
  readRetentionPolicy,
  runDelete,
} from '../../operations/index.ts';
import { selectVersions } from '../../options/index.ts';
import type { RetentionPolicy } from '../../retention/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { formatCount } from '../format-amount.ts';
import { printCompaction } from '../print-compaction.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings, clock } = context;
  const rule = readRetentionPolicy(settings, clock.now());
  if (rule === undefined && settings.get('version') === undefined) throw nothingChosen();
  const dryRun = settings.get('dry-run');
  const opening = createOpening(context, {
    operation: 'delete',
    purpose: dryRun ? 'read' : 'continue',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup(opening, operation);
  const count = opened.database.filesets.versions().length;
  const policy: RetentionPolicy = {
    allowFullRemoval: settings.get('allow-full-removal'),
    ...rule,
    versions: chosenVersions(context, count),
  };
  const compact = dryRun
    ? undefined
    : readAutoCompactSettings(settings, await readBackupVolumes(context, opened));
  const result = await runDelete(opened, { policy, dryRun, compact }, operation);
  await storeVerificationFile(context, opened);
  context.book.setResult(deleteFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'delete',
    ...result,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  const { deletedVersions } = result;
  if (result.compact !== undefined) printCompaction(result.compact, output);
  output.print(
    dryRun
      ? `${formatCount(deletedVersions, 'version')} would be deleted; nothing was changed.`
      : `Deleted: ${formatCount(deletedVersions, 'version')}; left: ${count - deletedVersions}`,
  );
  return exitCodeOfChange(output.counts);
}

function chosenVersions({ settings, output }: CommandContext, count: number): readonly number[] {
  const { versions, beyond } = selectVersions(settings.get('version') ?? [], count);
  for (const { first, last } of beyond) {
    const which = first === last ? `a version ${first}` : `all of the versions ${first}-${last}`;
    output.write('warning', 'version-not-found', `There is not ${which}: the oldest is ${count - 1}.`);
  }
  return versions;
}

function nothingChosen(): CommandLineError {
  return new CommandLineError('arguments-missing', 'Nothing says which versions to delete.', {
    hint: 'Give --version, --keep-versions, --keep-time or --retention-policy. --dry-run shows what would go.',
  });
}
