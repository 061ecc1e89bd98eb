import { backupCommands } from './commands/backup-commands.ts';
import { careCommands } from './commands/care-commands.ts';
import type { CommandDescriptor } from './commands/command.ts';
import { destinationCommands } from './commands/destination-commands.ts';
import { programCommands } from './commands/program-commands.ts';
import { pullCommands } from './commands/pull-commands.ts';

/** Commands that stand together in the help. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandDescriptor[];
}

/** Every command, in the order of the help. (Names and arguments: those of Duplicati's command line.) */
export const commandGroups: readonly CommandGroup[] = [
  { title: 'Backing up and getting files back', commands: backupCommands },
  { title: 'Looking after a backup', commands: careCommands },
  { title: 'Destinations', commands: destinationCommands },
  { title: 'Backups fetched from servers over SSH', commands: pullCommands },
  { title: 'The program', commands: programCommands },
];

/** Every command, without the groups. */
export const commandDescriptors: readonly CommandDescriptor[] = commandGroups.flatMap(
  ({ commands }) => commands,
);

/** Finds a command by its name or an alias, in any case. */
export function findCommand(name: string): CommandDescriptor | undefined {
  const wanted = name.toLowerCase();
  return commandDescriptors.find((command) => command.name === wanted || command.aliases.includes(wanted));
}
