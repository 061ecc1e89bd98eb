import { type CommandDescriptor, commandDescriptors, commandUsage, findCommand } from '../catalog/index.ts';
import { findNearest } from '../options/index.ts';
import { CommandLineError } from './command-line-error.ts';

/** The command of that name, or alias. Throws `command-unknown`, with the nearest name. */
export function describedCommand(name: string): CommandDescriptor {
  const descriptor = findCommand(name);
  if (descriptor !== undefined) return descriptor;
  const nearest = findNearest(
    name,
    commandDescriptors.map((command) => command.name),
  );
  throw new CommandLineError('command-unknown', `There is no command '${name}'.`, {
    details: { command: name },
    hint: nearest === undefined ? "'ashlar help' lists the commands." : `Did you mean '${nearest}'?`,
  });
}

/** Checks that nothing is missing and nothing too much. Throws `arguments-missing`, `arguments-extra`. */
export function checkArguments(descriptor: CommandDescriptor, given: readonly string[]): void {
  const usage = `ashlar ${commandUsage(descriptor)}`;
  const required = descriptor.arguments.filter(({ presence }) => presence.startsWith('required'));
  const missing = required[given.length];
  if (missing !== undefined) {
    throw new CommandLineError('arguments-missing', `The argument <${missing.name}> is missing.`, {
      hint: `Usage: ${usage}`,
    });
  }
  const takesMore = descriptor.arguments.some(({ presence }) => presence.endsWith('repeated'));
  const extra = given[descriptor.arguments.length];
  if (!takesMore && extra !== undefined) {
    throw new CommandLineError('arguments-extra', `The argument '${extra}' is one too many.`, {
      hint: `Usage: ${usage}`,
    });
  }
}
