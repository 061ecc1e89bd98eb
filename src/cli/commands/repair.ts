import type { ExitCode } from '../../catalog/index.ts';
import {
  type Opened,
  type Opening,
  type RepairInput,
  type RepairResult,
  readReadingSettings,
  repairFields,
  runRepair,
  tryRepair,
} from '../../operations/index.ts';
import type { TransferStatistics } from '../../transfer/index.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { formatCount } from '../format-amount.ts';
import { repairOnlyPaths } from '../repair-only-paths.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  const passphrase = await findPassphrase(context);
  const opened = createOpening(context, { operation: 'repair', purpose: 'continue', passphrase });
  if (settings.get('repair-only-paths')) return repairOnlyPaths(opened, context);
  const opening: Opening = settings.get('repair-force-block-use')
    ? { ...opened, rebuildReads: 'every-dblock' }
    : opened;
  const indexes = settings.get('index-file-policy') === 'None' ? 'none' : 'write';
  const lost = settings.get('rebuild-missing-dblock-files') ? 'rebuild' : 'refuse';
  let transfer: TransferStatistics | undefined;
  const onRepaired = async (opened: Opened) => {
    await storeVerificationFile(context, opened);
    transfer = opened.remote.statistics;
  };
  const result = settings.get('dry-run')
    ? await tryRepair(opening, { indexes, lost }, operationContext(context))
    : await runRepair({ opening, onRepaired, ...readWriting(context) }, operationContext(context));
  context.book.setResult(repairFields(result), transfer);
  output.printJson({
    operation: 'repair',
    ...result,
    transfer,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  report(result, context);
  return exitCodeOfChange(output.counts);
}

function readWriting(context: CommandContext): Omit<RepairInput, 'opening'> {
  return {
    volumes: (opened) => readBackupVolumes(context, opened),
    synthetic: context.settings.get('disable-synthetic-filelist') ? 'drop' : 'make',
    locks: readLockRequest(context),
    rebuild: readRebuild(context),
  };
}

function readRebuild({ settings }: CommandContext): RepairInput['rebuild'] {
  if (!settings.get('rebuild-missing-dblock-files')) return undefined;
  const partial = settings.get('disable-partial-dblock-recovery') ? 'refuse' : 'accept';
  return { ...readReadingSettings(settings), partial };
}

function readLockRequest({ settings }: CommandContext): RepairInput['locks'] {
  if (!settings.get('repair-refresh-lock-info')) return undefined;
  return settings.get('refresh-lock-info-complete') ? 'all' : 'unknown';
}

function report(result: RepairResult, { output }: CommandContext): void {
  if (result.isDryRun) {
    output.print(
      result.actions.length === 0
        ? 'There is nothing to repair.'
        : 'This was a dry run; nothing was repaired.',
    );
    return;
  }
  if (result.actions.length === 0) {
    const agree = 'The local database and the destination agree; there was nothing to repair.';
    output.print(output.counts.warnings === 0 ? agree : 'There was nothing that could be repaired.');
    return;
  }
  if (result.isDatabaseRebuilt) output.print('The local database was rebuilt from the destination.');
  output.print(
    `Stored again: ${formatCount(result.storedVolumes, 'volume')}; deleted: ${formatCount(result.deletedVolumes, 'volume')}`,
  );
}
