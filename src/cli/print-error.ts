import { BackupError, errorMessage, serializeError } from '../base/index.ts';
import type { ExitCode } from '../catalog/index.ts';
import { redactUrl } from '../destinations/index.ts';
import { redactUrls } from './logging/redact.ts';
import { printable, type TextSink } from './terminal.ts';

export interface PrintErrorOptions {
  readonly standardOutput: TextSink;
  readonly standardError: TextSink;
  readonly exitCode: ExitCode;
  readonly isJson: boolean;
  /** Prints where in the program the error came from. */
  readonly showsOrigin: boolean;
}

/**
 * Tells the user why the run failed: `ErrorID`, message and hint on standard error, and in JSON mode one
 * object on standard output. A stack is shown only on request, or for an error that is a fault of the program
 * itself.
 */
export function printError(error: unknown, options: PrintErrorOptions): void {
  const { standardOutput, standardError, exitCode, isJson, showsOrigin } = options;
  const isExpected = error instanceof BackupError || (error instanceof Error && 'code' in error);
  const lines = ['', `ErrorID: ${codeOf(error)}`, printable(redactUrls(errorMessage(error)))];
  if (error instanceof BackupError && error.hint !== undefined) lines.push(printable(error.hint));
  if ((showsOrigin || !isExpected) && error instanceof Error) lines.push(redactUrls(error.stack ?? ''));
  standardError.write(`${lines.join('\n')}\n`);
  if (isJson)
    standardOutput.write(`${JSON.stringify({ exitCode, error: describe(error) }, withoutPasswords)}\n`);
}

function withoutPasswords(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return redactUrls(/\s/.test(value) ? value : redactUrl(value));
}

/** The error without its stack, which is no business of scripts. */
function describe(error: unknown): object {
  const { message: _, ...rest } = serializeError(error);
  return { ...rest, message: errorMessage(error) };
}

function codeOf(error: unknown): string {
  const { code } = serializeError(error);
  return code;
}
