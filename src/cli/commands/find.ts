import type { ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { runList } from '../listing/run-list.ts';

export function run(context: CommandContext): Promise<ExitCode> {
  return runList(context, { operation: 'find', unasked: 'all' });
}
