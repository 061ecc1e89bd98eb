import { spawn } from 'node:child_process';
import process from 'node:process';
import { BackupError, errorMessage } from '../base/index.ts';

export interface Script {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** 0 or less waits for as long as it takes. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a script ended. */
export interface ScriptEnd {
  /** `undefined`: it was ended because its time was up. */
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly errorOutput: string;
}

/** More output than this is dropped. */
const MOST_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program of the user and waits for it. Throws `script-unrunnable` where it cannot be started, and the
 * signal's reason when that fires; the program is ended then.
 */
export async function runScript(script: Script): Promise<ScriptEnd> {
  const { program, timeoutMs, signal, environment } = script;
  signal.throwIfAborted();
  const child = spawn(program, script.arguments, {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what the script started ends with it.
    detached: true,
  });
  const output = collect(child.stdout);
  const errorOutput = collect(child.stderr);
  let isLate = false;
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
    }
  };
  const timer =
    timeoutMs > 0
      ? setTimeout(() => {
          isLate = true;
          end();
        }, timeoutMs)
      : undefined;
  signal.addEventListener('abort', end);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 255));
    });
    signal.throwIfAborted();
    return { exitCode: isLate ? undefined : exitCode, output: output(), errorOutput: errorOutput() };
  } catch (error) {
    signal.throwIfAborted();
    throw unrunnable(program, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  let length = 0;
  stream.on('data', (piece: Buffer) => {
    if (length < MOST_OUTPUT_BYTES) pieces.push(piece);
    length += piece.length;
  });
  return () => Buffer.concat(pieces).toString('utf8');
}

function unrunnable(program: string, cause: unknown): BackupError {
  return new BackupError(
    'script-unrunnable',
    `The script '${program}' cannot be run: ${errorMessage(cause)}.`,
    {
      details: { program },
      hint: 'Check that the file exists and may be executed; with arguments, give --run-script-with-arguments too.',
      cause,
    },
  );
}
