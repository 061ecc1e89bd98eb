import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { listFields, listVersions } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { openReading } from '../listing/open-reading.ts';
import { printVersions, versionJson } from '../listing/show-versions.ts';

/** Without a local database the names at the destination are enough: no passphrase, nothing is fetched. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  for (const option of ['version', 'time'] as const) {
    if (!settings.isGiven(option)) continue;
    throw new CommandLineError('arguments-invalid', `Cannot use --${option} here: all versions are listed.`, {
      hint: 'The command list takes it.',
    });
  }
  await using opened = await openReading(context, 'list-filesets', 'names-only');
  const versions = listVersions(opened);
  context.book.setResult(listFields(versions), opened.remote.statistics);
  output.printJson({ operation: 'list-filesets', versions: versions.map(versionJson) });
  printVersions(versions, output);
  return EXIT_CODES.success;
}
