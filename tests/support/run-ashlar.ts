import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');

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
    env: { HOME: home, TMPDIR: home, PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...environment },
    encoding: 'utf8',
    input,
    maxBuffer: 256 * 1024 * 1024,
  });
  return { code: status, out: stdout, err: stderr };
}
