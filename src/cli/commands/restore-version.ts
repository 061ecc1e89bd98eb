import { resolve } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type RestoreRequest, restoreVersion } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { formatCount } from '../format-amount.ts';
import { openMirror } from '../mirror/open-mirror.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, settings } = command;
  const [name = '', version = '', ...paths] = command.arguments;
  const isDryRun = settings.get('dry-run');
  using mirror = openMirror(command);
  const outcome = await restoreVersion(
    mirror.configuration.source(name),
    {
      version,
      paths,
      to: readTarget(settings.get('to')),
      existing: settings.get('overwrite') ? 'replace' : 'keep',
      isDryRun,
    },
    mirror.context,
  );
  for (const problem of outcome.problems) output.write('warning', 'restore-incomplete', problem);
  output.printJson({ operation: 'restore-version', source: name, isDryRun, ...outcome });
  if (isDryRun) for (const path of outcome.restored) output.print(path);
  output.print(
    `${formatCount(outcome.restored.length, 'entry', 'entries')} ${isDryRun ? 'would be restored' : 'restored'} from ${outcome.version}`,
  );
  return outcome.problems.length > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}

const SERVER = 'server';

function readTarget(to: string | undefined): RestoreRequest['to'] {
  if (to === undefined || to === '') {
    throw new CommandLineError('arguments-missing', 'Nothing says where to restore to.', {
      hint: 'Give --to=<folder>, or --to=server for the place on the server that it came from.',
    });
  }
  if (to === SERVER) return { place: 'server', folder: '/' };
  if (!to.startsWith(`${SERVER}:`)) return { place: 'here', folder: resolve(to) };
  const folder = to.slice(SERVER.length + 1);
  if (folder.startsWith('/')) return { place: 'server', folder };
  throw new CommandLineError('arguments-invalid', `'${to}' names no folder of the server.`, {
    hint: 'Write server:/absolute/path.',
  });
}
