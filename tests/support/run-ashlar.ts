import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

const checkout = join(import.meta.dirname, '..', '..');
const launcher = join(checkout, 'bin', 'ashlar.js');
/** Shared by all runs, which would otherwise compile the program again in each new temporary folder. */
const compiled = join(checkout, 'node_modules', '.cache', 'compiled');

export interface AshlarRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the real command line with a home folder of its own and nothing else in the environment but what is given. */
export function runAshlar(
  home: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = '',
): AshlarRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...argv], {
    env: environmentOf(home, environment),
    encoding: 'utf8',
    input,
    maxBuffer: 256 * 1024 * 1024,
  });
  return { code: status, out: stdout, err: stderr };
}

/** The same while this process goes on, so that it can be the server, or the line to one. */
export async function runAshlarBeside(
  home: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<AshlarRun> {
  const child = spawn(process.execPath, [launcher, ...argv], {
    env: environmentOf(home, environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart(child);
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => void out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void err.push(text));
  await once(child, 'close');
  return { code: child.exitCode, out: out.join(''), err: err.join('') };
}

function environmentOf(home: string, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    HOME: home,
    TMPDIR: home,
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    NODE_COMPILE_CACHE: compiled,
    ...more,
  };
}
