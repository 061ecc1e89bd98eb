import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { BackupError, errorCode } from '../base/index.ts';

export interface Par2Run {
  readonly programPath: string;
  readonly arguments: readonly string[];
  /** Everything that par2 reads and writes lies here. */
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

export interface Par2Outcome {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  /** The last lines that it wrote on either output. */
  readonly lastWords: string;
}

const KEPT_LINES = 5;

/**
 * Runs par2 once. How it ended is the result; throws `parity-program-missing` where it cannot be started, and
 * the reason of an abort, after par2 is gone.
 */
export async function runPar2(run: Par2Run): Promise<Par2Outcome> {
  run.signal?.throwIfAborted();
  const child = spawn(run.programPath, run.arguments, {
    cwd: run.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const kill = (): void => void child.kill();
  run.signal?.addEventListener('abort', kill, { once: true });
  try {
    return await listen(child, run);
  } finally {
    run.signal?.removeEventListener('abort', kill);
  }
}

async function listen(child: ChildProcess, { programPath, signal }: Par2Run): Promise<Par2Outcome> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('par2 was started without pipes');
  const words: string[] = [];
  const [end] = await Promise.allSettled([once(child, 'close'), keep(stdout, words), keep(stderr, words)]);
  signal?.throwIfAborted();
  if (end.status === 'rejected') throw cannotStart(programPath, end.reason);
  return { exitCode: child.exitCode, lastWords: words.join('; ') };
}

async function keep(output: Readable, words: string[]): Promise<void> {
  for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') words.push(line.trim());
    if (words.length > KEPT_LINES) words.shift();
  }
}

function cannotStart(programPath: string, cause: unknown): BackupError {
  const why = errorCode(cause) === 'ENOENT' ? 'there is no such program' : 'it cannot be started';
  return new BackupError('parity-program-missing', `Cannot use par2 as '${programPath}': ${why}.`, {
    cause,
    details: { programPath, reason: errorCode(cause) ?? null },
    hint: 'Install it (Debian: apt install par2), name the program with --par2-program-path, or leave out --parity-module.',
  });
}
