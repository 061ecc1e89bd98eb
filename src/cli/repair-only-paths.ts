import { EXIT_CODES, type ExitCode } from '../catalog/index.ts';
import { type Opening, repairPaths } from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { formatCount } from './format-amount.ts';
import { operationContext } from './session.ts';
import { readVersionRequest } from './version-request.ts';

/** `repair --repair-only-paths`: a local database for listing and searching alone. */
export async function repairOnlyPaths(opening: Opening, context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  if (settings.get('dry-run')) {
    output.print('Would read file lists into a local database of paths; nothing was changed.');
    output.printJson({ operation: 'repair', isDryRun: true });
    return EXIT_CODES.success;
  }
  const result = await repairPaths(
    {
      opening,
      ...readVersionRequest(context),
      known: settings.get('ignore-update-if-version-exists') ? 'leave' : 'refuse',
    },
    operationContext(context),
  );
  const { addedVersions } = result;
  context.book.setResult(
    { RecreateDatabaseResults: { MainOperation: 'Repair' }, AddedVersions: addedVersions, Dryrun: false },
    undefined,
  );
  output.printJson({ operation: 'repair', ...result });
  output.print(
    addedVersions === 0
      ? 'The local database knows the paths of these versions already; nothing was changed.'
      : `The local database knows the paths of ${formatCount(addedVersions, 'further version')} now.`,
  );
  return EXIT_CODES.success;
}
