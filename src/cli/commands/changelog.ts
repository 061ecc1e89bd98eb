import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';

const PATH = join(import.meta.dirname, '..', '..', '..', 'CHANGELOG.md');

export async function run({ output }: CommandContext): Promise<ExitCode> {
  const text = readFileSync(PATH, 'utf8').trimEnd();
  output.print(text);
  output.printJson({ operation: 'changelog', text });
  return EXIT_CODES.success;
}
