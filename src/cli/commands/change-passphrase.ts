import type { ExitCode } from '../../catalog/index.ts';
import {
  changePassphrase,
  openBackup,
  type PassphraseChange,
  passphraseFields,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';
import { storeVerificationFile } from '../store-verification-file.ts';
import { readBackupVolumes } from '../volume-settings.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings, book } = context;
  const dryRun = settings.get('dry-run');
  const passphrase = await findPassphrase(context);
  if (passphrase === undefined) throw nothingToChange();
  const newPassphrase = dryRun ? settings.get('new-passphrase') : await context.passphrase('change');
  if (passphrase === newPassphrase) throw samePassphrase();
  const opening = createOpening(context, {
    operation: 'change-passphrase',
    purpose: dryRun ? 'read' : 'continue',
    passphrase,
  });
  const keys = { ...opening.target.keys, furtherPassphrase: newPassphrase };
  const target = { ...opening.target, keys };
  await using opened = await openBackup(
    { ...opening, target, otherPassphrase: 'change' },
    operationContext(context),
  );
  // What lies there is looked at before it is changed.
  const newKeys = { ...keys, passphrase: newPassphrase, furtherPassphrase: passphrase };
  const result = await changePassphrase(
    opened,
    {
      newPassphrase: newPassphrase ?? '',
      volumes: await readBackupVolumes(context, { ...opened, keys: newKeys }),
      dryRun,
    },
    operationContext(context),
  );
  if (result.isComplete) await storeVerificationFile(context, opened);
  book.setResult(passphraseFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'change-passphrase',
    ...result,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  output.print(describe(result));
  return exitCodeOfChange(output.counts, !result.isComplete);
}

function describe({ changedVolumes, changedBytes, isComplete, isDryRun }: PassphraseChange): string {
  const amount = `${formatCount(changedVolumes, 'volume')} (${formatBytes(changedBytes)})`;
  if (isDryRun) return `${amount} would be encrypted with the new passphrase; nothing was changed.`;
  if (isComplete) return `Encrypted anew: ${amount}. From now on only the new passphrase opens this backup.`;
  return `Stopped after ${amount}. Both passphrases are needed until the same command has been run to its end.`;
}

function nothingToChange(): CommandLineError {
  return new CommandLineError('arguments-invalid', 'A backup without encryption has no passphrase.', {
    hint: 'Leave --no-encryption out where the backup is encrypted. One that is not stays so; begin another for that.',
  });
}

function samePassphrase(): CommandLineError {
  return new CommandLineError('arguments-invalid', 'The new passphrase is the old one.', {
    hint: 'Give the present passphrase with --passphrase, and another one with --new-passphrase.',
  });
}
