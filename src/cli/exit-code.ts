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

/**
 * What a command ends with that changed something, and threw nothing: as a backup does, so that whoever
 * starts it by a timer learns of warnings. Duplicati's ends with 0.
 */
export function exitCodeOfChange(
  { warnings, errors }: { readonly warnings: number; readonly errors: number },
  isStopped = false,
): ExitCode {
  if (errors > 0) return EXIT_CODES.errors;
  if (isStopped) return EXIT_CODES.stopped;
  return warnings > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}
