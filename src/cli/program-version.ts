import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of the program, from the package that this file belongs to. */
export function readProgramVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  if (typeof version !== 'string') throw new Error('package.json holds no version');
  return version;
}
