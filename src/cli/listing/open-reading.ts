import { type OpenedForReading, openForReading, type Reading } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { createOpening, openAskingLate, operationContext } from '../session.ts';

/**
 * Opens the backup of a command that shows what is in it. The passphrase is asked for only when file lists
 * have to be opened. What is done meanwhile is told only when asked for: standard output belongs to the
 * result.
 */
export async function openReading(
  context: CommandContext,
  operation: string,
  selection: Reading['selection'],
): Promise<OpenedForReading> {
  const { settings, output } = context;
  return openAskingLate(context, (passphrase) =>
    openForReading(
      {
        ...createOpening(context, { operation, purpose: 'read', passphrase }),
        localDatabase: settings.get('no-local-db') ? 'ignore' : 'use',
        selection,
      },
      { ...operationContext(context), log: output },
    ),
  );
}
