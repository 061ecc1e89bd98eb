import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { BackupError, errorCode, errorMessage } from '../base/index.ts';
import { nativeCalls, nativeProblem } from '../base/native/index.ts';
import type { WalkedEntry } from './walk.ts';

/** A file whose content comes from a running program instead of a disk. */
export interface StreamSource extends AsyncDisposable {
  readonly entry: WalkedEntry;
  /**
   * Resolves once the program has ended well. Throws `source-command-failed` where it did not: then its
   * output is not to be trusted.
   */
  readonly finished: () => Promise<void>;
}

export interface StreamSettings {
  /** The path that the content is stored under; relative ones count from `/`. */
  readonly name: string;
  /** A command line for `sh` whose output is stored; `undefined`: standard input is. */
  readonly command: string | undefined;
  readonly nowMs: number;
}

const STANDARD_INPUT = 0;
/** How long a command may take to end after it was told to. */
const GRACE_MS = 2000;

/** Opens the stream; a command starts to run, and waits when nobody reads. */
export function openStreamSource({ name, command, nowMs }: StreamSettings): StreamSource {
  if (command === undefined) {
    return {
      entry: streamEntry(name, STANDARD_INPUT, nowMs),
      finished: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const calls = nativeCalls();
  if (calls === undefined)
    throw new BackupError('source-command-failed', `Cannot run '${command}': ${nativeProblem() ?? ''}`);
  const pipe = calls.makePipe();
  // A group of its own, so that everything that the command started can be ended with it.
  const child = spawn('sh', ['-c', command], {
    stdio: ['ignore', pipe.write, 'inherit'],
    detached: true,
  });
  closeSync(pipe.write);
  const ended = whenEnded(child, command);
  return {
    entry: streamEntry(name, pipe.read, nowMs),
    finished: async () => {
      const problem = await ended;
      if (problem !== undefined) throw problem;
    },
    [Symbol.asyncDispose]: async () => {
      closeSync(pipe.read);
      await stop(child, ended);
    },
  };
}

function whenEnded(child: ChildProcess, command: string): Promise<BackupError | undefined> {
  return new Promise((settle) => {
    const fail = (reason: string, cause?: unknown) =>
      settle(
        new BackupError('source-command-failed', `The command '${command}' ${reason}.`, {
          details: { command },
          hint: 'No version was made. Run the command by itself to see what is wrong.',
          cause,
        }),
      );
    child.once('error', (error) => fail(`could not be run: ${errorMessage(error)}`, error));
    child.once('exit', (code, signal) => {
      if (code === 0) settle(undefined);
      else fail(code === null ? `was ended by ${signal}` : `failed with exit code ${code}`);
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It ended by itself meanwhile.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

function streamEntry(name: string, descriptor: number, nowMs: number): WalkedEntry {
  const path = resolve('/', name);
  return {
    path,
    systemPath: path,
    kind: 'file',
    isLink: false,
    isRoot: true,
    descriptor,
    stat: {
      size: 0,
      mtimeMs: nowMs,
      ctimeMs: nowMs,
      dev: 0,
      ino: 0,
      nlink: 1,
      mode: constants.S_IFREG | PRIVATE_MODE,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
    },
  };
}

/** What comes through a pipe has no rights of its own; a dump is not for everybody. */
const PRIVATE_MODE = 0o600;
