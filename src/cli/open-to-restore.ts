import { type OpenedForReading, type OperationContext, openForReading } from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { compilePatterns } from './entry-patterns.ts';
import { createOpening, filterContext, findPassphrase, operationContext } from './session.ts';
import { readVersionRequest } from './version-request.ts';

/**
 * Opens the backup for the entries and versions that the arguments of a restore name. The caller disposes of
 * `opened`.
 */
export async function openToRestore(
  context: CommandContext,
  extent: 'newest-match' | 'all',
): Promise<{
  readonly opened: OpenedForReading;
  readonly selection: ReturnType<typeof compilePatterns>;
  readonly request: ReturnType<typeof readVersionRequest>;
  readonly operation: OperationContext;
}> {
  const selection = compilePatterns(context.arguments.slice(1), context.filters, filterContext(context));
  const request = readVersionRequest(context);
  const opening = createOpening(context, {
    operation: 'restore',
    purpose: 'read',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  const opened = await openForReading(
    {
      ...opening,
      localDatabase: context.settings.get('no-local-db') ? 'ignore' : 'use',
      selection: { ...request, accept: selection.accept, extent },
    },
    operation,
  );
  return { opened, selection, request, operation };
}
