import { errorCode } from '../base/index.ts';
import { EXIT_CODES, type ExitCode } from '../catalog/index.ts';

/** Errors that mean that the command line is wrong and nothing was done. All others are failures. */
const COMMAND_LINE_ERRORS: ReadonlySet<string> = new Set([
  'option-invalid',
  'option-unknown',
  'option-unavailable',
  'option-conflict',
  'command-unknown',
  'command-unavailable',
  'arguments-missing',
  'arguments-extra',
  'arguments-invalid',
  'filters-twice',
  'parameters-file-invalid',
]);

/** What the program ends with after an error. */
export function exitCodeOfError(error: unknown): ExitCode {
  return COMMAND_LINE_ERRORS.has(errorCode(error) ?? '') ? EXIT_CODES.invalidCommandLine : EXIT_CODES.failed;
}
