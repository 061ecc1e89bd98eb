import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { listPaths } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { openVersions, readVersionQuery } from '../listing/query-versions.ts';
import { folderSelection } from '../listing/run-list.ts';
import { printPaths } from '../listing/show-paths.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const [, ...folders] = context.arguments;
  const { accept, narrow } = folderSelection(folders);
  const query = readVersionQuery(context);
  const { opened, versions } = await openVersions(context, {
    operation: 'list-folder-content',
    query,
    accept,
  });
  await using _ = opened;
  if (versions.length > 1) {
    throw new CommandLineError('arguments-invalid', `Cannot list ${versions.length} versions at once.`, {
      hint: 'Name one with --version or --time; the command find looks into all.',
    });
  }
  const { output } = context;
  const count = printPaths(
    'list-folder-content',
    versions,
    narrow(listPaths(opened.database, versions, accept)),
    context,
  );
  if (count === 0)
    output.write('warning', 'path-not-in-version', 'This version holds nothing in such a folder.');
  return EXIT_CODES.success;
}
