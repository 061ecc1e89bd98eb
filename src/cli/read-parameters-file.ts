import { readFileSync } from 'node:fs';
import { CommandLineError } from './command-line-error.ts';
import { applyParametersFile, type CompleteArguments, parseParametersFile } from './parameters-file.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import type { ProcessPort } from './process-port.ts';

const PARAMETERS_FILE_NAMES = ['parameters-file', 'parameter-file', 'parameterfile'] as const;

/**
 * The command line with what the parameters file says that it names, if it does. Throws
 * `parameters-file-unreadable`, and as `parseParametersFile`.
 */
export function readParametersFile(parsed: ParsedArguments, port: ProcessPort): CompleteArguments {
  const path = PARAMETERS_FILE_NAMES.map((name) => parsed.options.get(name)).find(
    (value) => value !== undefined,
  );
  if (path === undefined || path === null) return { ...parsed, fileOptions: new Map() };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandLineError('parameters-file-unreadable', `Cannot read the parameters file '${path}'.`, {
      details: { path },
      cause: error,
    });
  }
  return applyParametersFile(parsed, parseParametersFile(text, port.pathListSeparator));
}
