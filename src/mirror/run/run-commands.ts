import { MirrorError } from '../error.ts';
import { lastLines } from '../ssh/explain-failure.ts';
import { type RemoteSide, runRemote } from '../ssh/run-remote.ts';

/**
 * Runs a list of commands on the server in one shell, so that `cd` in one counts for the next, up to the
 * first that fails. Answers what they printed. Throws `pull-command-failed`.
 */
export async function runCommands(
  side: RemoteSide,
  commands: readonly string[],
  list: 'pre' | 'post',
): Promise<string> {
  const { exitCode, output, errors } = await runRemote(side, { script: joinCommands(commands) });
  if (exitCode === 0) return lastLines(output, 20);
  const failed = Number(/^ashlar-failed=(\d+)$/m.exec(errors)?.[1] ?? 0);
  const said = lastLines(errors.replace(/^ashlar-failed=\d+$/m, ''), 10);
  throw new MirrorError(
    'pull-command-failed',
    `The ${list}-command ${failed === 0 ? '' : `'${commands[failed - 1] ?? ''}' `}failed with exit code ${exitCode ?? 'none'}${said === '' ? '' : `: ${said}`}.`,
    {
      details: { exitCode: exitCode ?? null, output: said },
      hint: 'Run it on the server to see what is wrong.',
    },
  );
}

function joinCommands(commands: readonly string[]): string {
  return commands
    .map(
      (command, index) =>
        `{ ${command}\n} || { ashlar_code=$?; printf 'ashlar-failed=%s\\n' ${index + 1} >&2; exit "$ashlar_code"; }`,
    )
    .join('\n');
}

/** Runs each command by itself, whatever becomes of the others. Answers one line about each that failed. */
export async function runEachCommand(side: RemoteSide, commands: readonly string[]): Promise<string[]> {
  const failures: string[] = [];
  for (const command of commands) {
    const { exitCode, errors } = await runRemote(side, { script: command });
    if (exitCode !== 0)
      failures.push(`'${command}' failed with exit code ${exitCode ?? 'none'}: ${lastLines(errors)}`);
  }
  return failures;
}
