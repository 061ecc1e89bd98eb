import { EXIT_CODES, type ExitCode, renderCompletion, SHELLS } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';

export async function run({ arguments: [name = ''], output }: CommandContext): Promise<ExitCode> {
  const shell = SHELLS.find((one) => one === name.toLowerCase());
  if (shell === undefined) {
    throw new CommandLineError('arguments-invalid', `There is no completion for the shell '${name}'.`, {
      hint: `Shells are ${SHELLS.join(', ')}.`,
    });
  }
  output.print(renderCompletion(shell).trimEnd());
  return EXIT_CODES.success;
}
