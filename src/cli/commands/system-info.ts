import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { systemFacts } from '../system-facts.ts';

export async function run({ output, book }: CommandContext): Promise<ExitCode> {
  const facts = systemFacts();
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  book.setResult({ Lines: lines }, undefined);
  for (const line of lines) output.print(line);
  output.printJson(facts);
  return EXIT_CODES.success;
}
