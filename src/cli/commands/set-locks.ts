import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { chooseVersions, type LockResult, lockFields, openBackup, setLocks } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { exitCodeOfChange } from '../exit-code.ts';
import { formatCount } from '../format-amount.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';
import { readVersionRequest } from '../version-request.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings, clock } = context;
  const durationMs = settings.get('remote-file-lock-duration');
  if (durationMs === undefined) throw noDuration();
  const untilMs = clock.now() + durationMs;
  const opening = createOpening(context, {
    operation: 'set-locks',
    purpose: 'read',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup(opening, operation);
  const versions = opened.database.filesets.versions();
  const times = versions.map(({ timestamp }) => timestamp * 1000);
  const query = { ...readVersionRequest(context), isAll: settings.get('all-versions') };
  const { numbers, beyond } = chooseVersions(times, query);
  for (const number of beyond.slice(0, 1))
    output.write('warning', 'version-not-found', `There is no version ${number}.`);
  const chosen = versions.filter((_, number) => numbers.includes(number));
  const result = await setLocks(opened, { versions: chosen, untilMs }, operation);
  context.book.setResult(lockFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'set-locks',
    ...result,
    lockedUntil: new Date(untilMs).toISOString(),
    versions: numbers,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  print(result, untilMs, context);
  if (result.failedVolumes > 0) return EXIT_CODES.errors;
  return exitCodeOfChange(output.counts);
}

function print(result: LockResult, untilMs: number, { output }: CommandContext): void {
  const { lockedVolumes, keptVolumes, failedVolumes } = result;
  const kept = keptVolumes > 0 ? `; locked for longer already: ${keptVolumes}` : '';
  const failed = failedVolumes > 0 ? `; not locked: ${failedVolumes}` : '';
  output.print(
    `Locked until ${new Date(untilMs).toISOString()}: ${formatCount(lockedVolumes, 'volume')}${kept}${failed}`,
  );
}

function noDuration(): CommandLineError {
  return new CommandLineError('arguments-missing', 'Nothing says for how long to lock the volumes.', {
    hint: 'Give --remote-file-lock-duration, for example 30D for thirty days.',
  });
}
