import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { systemFacts } from '../system-facts.ts';

export async function run({ output }: CommandContext): Promise<ExitCode> {
  const facts = systemFacts();
  for (const [name, value] of Object.entries(facts)) output.print(`${name}: ${value}`);
  output.printJson(facts);
  return EXIT_CODES.success;
}
