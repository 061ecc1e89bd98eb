import { spawn } from 'node:child_process';
import { errorCode } from '../../base/index.ts';
import type { SecretContext } from '../provider.ts';
import { SecretError } from '../secret-error.ts';

export interface ToolRun {
  readonly program: string;
  /** Everybody on the machine can read these; what is secret goes to `input`. */
  readonly arguments: readonly string[];
  readonly input?: string;
  /** What to install where the program is missing. */
  readonly hint: string;
}

export interface ToolEnd {
  readonly exitCode: number;
  readonly output: string;
  readonly complaint: string;
}

/** Runs a program and waits for its end. Throws `secret-provider-unreachable` where it cannot be started. */
export async function runTool(run: ToolRun, { environment, signal }: SecretContext): Promise<ToolEnd> {
  signal.throwIfAborted();
  const child = spawn(run.program, run.arguments, { env: { ...environment }, signal });
  const output: Buffer[] = [];
  const complaint: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => void output.push(piece));
  child.stderr.on('data', (piece: Buffer) => void complaint.push(piece));
  // A program that does not read its input says by its exit code what went wrong.
  child.stdin.on('error', () => {});
  child.stdin.end(run.input ?? '');
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    return { exitCode, output: textOf(output), complaint: textOf(complaint).trim() };
  } catch (error) {
    signal.throwIfAborted();
    throw new SecretError('secret-provider-unreachable', `Cannot start the program '${run.program}'.`, {
      details: { program: run.program, reason: errorCode(error) ?? null },
      hint: run.hint,
      cause: error,
    });
  }
}

function textOf(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces).toString('utf8');
}
