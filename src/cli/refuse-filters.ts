import type { CommandContext } from './command.ts';
import { CommandLineError } from './command-line-error.ts';

/** Ends a command that looks at the whole backup and would do something else than filters ask for. */
export function refuseFilters({ filters }: CommandContext): void {
  if (filters.length === 0) return;
  throw new CommandLineError('arguments-invalid', 'This command takes no --include and no --exclude.', {
    hint: 'It looks at every file of the backup. Leave the filters out.',
  });
}
