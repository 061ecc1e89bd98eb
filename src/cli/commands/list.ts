import type { ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { listControlFiles } from '../control-files.ts';
import { runList } from '../listing/run-list.ts';

export function run(context: CommandContext): Promise<ExitCode> {
  if (context.settings.get('control-files') !== undefined) return listControlFiles(context);
  return runList(context, { operation: 'list', unasked: 'newest' });
}
