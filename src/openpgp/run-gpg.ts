import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError, errorCode } from '../base/index.ts';
import { type GpgOutcome, listen } from './gpg-outcome.ts';

export interface GpgRun {
  readonly programPath: string;
  readonly arguments: readonly string[];
  readonly passphrase: string;
  readonly source: FileHandle;
  readonly target: FileHandle;
  readonly signal: AbortSignal | undefined;
}

const READ_BYTES = 256 * 1024;
/** What writing to a program gives that does not read any more. */
const READER_IS_GONE: ReadonlySet<string | undefined> = new Set([
  'EPIPE',
  'ECONNRESET',
  'EOF',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/**
 * Runs gpg once: passphrase, line end and the source file go into its standard input, its standard output is
 * the target file itself. How it ended is the result; throws `gpg-missing` where it cannot be started, file
 * errors, and the reason of an abort, after gpg is gone.
 */
export async function runGpg(run: GpgRun): Promise<GpgOutcome> {
  run.signal?.throwIfAborted();
  const child = spawn(run.programPath, run.arguments, {
    stdio: ['pipe', run.target.fd, 'pipe'],
    windowsHide: true,
  });
  const kill = (): void => void child.kill();
  run.signal?.addEventListener('abort', kill, { once: true });
  try {
    return await converse(child, run);
  } finally {
    run.signal?.removeEventListener('abort', kill);
  }
}

async function converse(child: ChildProcess, run: GpgRun): Promise<GpgOutcome> {
  const { stdin, stderr } = child;
  if (stdin === null || stderr === null) throw new Error('gpg was started without pipes');
  const [end, input, words] = await Promise.allSettled([
    once(child, 'close'),
    feed(stdin, run.passphrase, run.source),
    listen(createInterface({ input: stderr, crlfDelay: Number.POSITIVE_INFINITY })),
  ]);
  run.signal?.throwIfAborted();
  if (end.status === 'rejected') throw cannotStart(run.programPath, end.reason);
  if (input.status === 'rejected') throw input.reason;
  if (words.status === 'rejected') throw words.reason;
  return { exitCode: child.exitCode, input: input.value, ...words.value };
}

/** Throws only when the source cannot be read; gpg then sees an early end, so that its result must not be used. */
async function feed(stdin: Writable, passphrase: string, source: FileHandle): Promise<GpgOutcome['input']> {
  try {
    await pipeline(passphraseAndContent(passphrase, source), stdin);
    return 'read';
  } catch (error) {
    if (READER_IS_GONE.has(errorCode(error))) return 'cut';
    throw error;
  }
}

async function* passphraseAndContent(passphrase: string, source: FileHandle): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${passphrase}\n`, 'utf8');
  yield* source.createReadStream({ highWaterMark: READ_BYTES, autoClose: false });
}

function cannotStart(programPath: string, cause: unknown): BackupError {
  const why = errorCode(cause) === 'ENOENT' ? 'there is no such program' : 'it cannot be started';
  return new BackupError('gpg-missing', `Cannot use gpg as '${programPath}': ${why}.`, {
    cause,
    details: { programPath, reason: errorCode(cause) ?? null },
    hint: 'Install GnuPG (Debian: apt install gnupg; Windows: Gpg4win), or name the program with --gpg-program-path.',
  });
}
