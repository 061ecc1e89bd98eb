import { spawnSync } from 'node:child_process';
import { errorCode } from '../../base/index.ts';
import { SourceError } from '../source-error.ts';

const LONGEST_MS = 120_000;

/**
 * Runs a tool of the system without a shell and gives what it printed. Throws `snapshot-failed` with what it
 * complained about.
 */
export function runTool(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: LONGEST_MS,
    env: { PATH: TOOL_PATH, LC_ALL: 'C' },
  });
  if (status === 0) return stdout;
  const isMissing = errorCode(error) === 'ENOENT';
  const reason = isMissing ? `the program '${program}' is not installed` : (error?.message ?? stderr.trim());
  throw new SourceError('snapshot-failed', `Cannot run '${[program, ...args].join(' ')}': ${reason}.`, {
    details: { program },
    cause: error,
  });
}

/** These tools are for administrators, and cron's path may lack their folders. */
const TOOL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
