import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../base/index.ts';
import { LineReader } from './line-reader.ts';

/** What a program needs of its surroundings. */
export interface ProgramSurroundings {
  /** Variables of the environment; nothing else is handed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProgramRequest extends ProgramSurroundings {
  readonly program: string;
  /** Handed over as they are; no shell sees them. */
  readonly arguments: readonly string[];
  readonly input?: string | Uint8Array;
  /** Called for each line, or piece between carriage returns, of the output. Without it, the output is gathered. */
  readonly onLine?: (line: string) => void;
  readonly onErrorLine?: (line: string) => void;
  /** Takes the output as bytes instead. It is ended, or destroyed after a failure. */
  readonly sink?: Writable;
}

export interface ProgramOutcome {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
  /** Output, its end where it is long. */
  readonly output: string;
  readonly errors: string;
  /** True when there is no such program. */
  readonly isMissing: boolean;
}

/** How long a program may take to end after it was asked to. */
const GRACE_MS = 5000;
/** What is kept of output, in characters. */
const KEPT = 256 * 1024;

/**
 * Runs a program to its end, however that comes; what it says is data. Throws the signal's reason when that
 * ended it, and whatever `sink` throws.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  request.signal.throwIfAborted();
  const child = spawn(request.program, request.arguments, {
    env: request.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C at the terminal is for us alone, and lets what runs come to its end.
    detached: true,
  });
  const output = new LineReader(KEPT, request.onLine);
  const errors = new LineReader(KEPT, request.onErrorLine);
  const stopListening = endOnAbort(child, request.signal);
  try {
    const ended = waitForEnd(child);
    // A program that ends without reading its input is told by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(request.input ?? '');
    child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
    if (request.sink === undefined) child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
    else await drain(child, request.sink);
    const end = await ended;
    request.signal.throwIfAborted();
    return { ...end, output: output.finish(), errors: errors.finish() };
  } finally {
    stopListening();
  }
}

async function drain(child: ChildProcess, sink: Writable): Promise<void> {
  if (child.stdout === null) throw new Error('the output is not a pipe');
  try {
    await pipeline(child.stdout, sink);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function waitForEnd(
  child: ChildProcess,
): Promise<Pick<ProgramOutcome, 'exitCode' | 'endedBy' | 'isMissing'>> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (errorCode(error) === 'ENOENT')
        resolve({ exitCode: undefined, endedBy: undefined, isMissing: true });
      else reject(error);
    });
    child.once('close', (code, signal) =>
      resolve({ exitCode: code ?? undefined, endedBy: signal ?? undefined, isMissing: false }),
    );
  });
}

/** Asks the program to end when the signal comes, and ends it when it does not. */
function endOnAbort(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  };
}
