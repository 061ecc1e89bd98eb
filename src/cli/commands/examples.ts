import { EXIT_CODES, type ExitCode, renderExamples } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';

export async function run({ output }: CommandContext): Promise<ExitCode> {
  output.print(renderExamples());
  output.printJson({ operation: 'examples' });
  return EXIT_CODES.success;
}
