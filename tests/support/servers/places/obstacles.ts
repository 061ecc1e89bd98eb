import process from 'node:process';
import { hasProgram } from '../server-process.ts';

/** Why servers that these programs are cannot be started here. */
export async function missingPrograms(...programs: readonly string[]): Promise<string | undefined> {
  const missing = programs.filter((program) => !hasProgram(program));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** The same for servers that only root can start. */
export async function missingForRoot(...programs: readonly string[]): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'it has to be started by root';
  return missingPrograms(...programs);
}
