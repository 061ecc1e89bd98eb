import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { lockInfoFields, openBackup, readLocks } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { formatCount } from '../format-amount.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const opening = createOpening(context, {
    operation: 'read-lock-info',
    purpose: 'read',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup(opening, operation);
  const which = settings.get('refresh-lock-info-complete') ? 'all' : 'unknown';
  const result = await readLocks(opened, which, operation);
  const { readVolumes, lockedVolumes, lockedUntilMs } = result;
  const until = lockedUntilMs === undefined ? undefined : new Date(lockedUntilMs).toISOString();
  context.book.setResult(lockInfoFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'read-lock-info',
    readVolumes,
    lockedVolumes,
    lockedUntil: until ?? null,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  output.print(
    `Asked about ${formatCount(readVolumes, 'volume')}; locked: ${lockedVolumes}${until === undefined ? '' : `, the last until ${until}`}`,
  );
  return EXIT_CODES.success;
}
