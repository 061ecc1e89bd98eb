import { posix } from 'node:path';
import type { FieldResult } from '../configuration/fields.ts';
import { MirrorError } from '../error.ts';
import { lastLines } from '../ssh/explain-failure.ts';
import { type RemoteSide, runRemote } from '../ssh/run-remote.ts';

/** What a server says of itself. */
export interface ReachedSource {
  readonly user: string;
  /** Where paths begin that do not begin with a slash. */
  readonly home: string;
}

/** Each answer behind a word of ours, because a shell of the far side may print a greeting. */
const QUESTIONS = `printf 'ashlar-user=%s\\n' "$(whoami)"; printf 'ashlar-home=%s\\n' "$HOME"`;

/**
 * Logs in and asks who we are there. On a first connection the host key that is shown is pinned, and told.
 * Throws the `ssh-…` errors.
 */
export async function reachSource(
  side: RemoteSide,
  tell: (id: string, text: string) => void,
): Promise<ReachedSource> {
  const { connection } = side;
  const isFirst = connection.isFirst();
  const { output, errors, exitCode } = await runRemote(side, { script: QUESTIONS });
  connection.pin();
  if (isFirst) {
    const keys = connection.fingerprints().join(', ');
    tell(
      'pull-host-key-pinned',
      `First connection to ${connection.shown}: pinned ${keys}. Compare it with the server's own.`,
    );
  }
  const user = /^ashlar-user=(.+)$/m.exec(output)?.[1];
  const home = /^ashlar-home=(\/.*)$/m.exec(output)?.[1];
  if (exitCode === 0 && user !== undefined && home !== undefined) return { user, home };
  throw new MirrorError(
    'ssh-failed',
    `${connection.shown} lets us in, but does not run commands: ${lastLines(errors) || 'it gave no answer'}.`,
    { details: { source: connection.shown }, hint: 'The account needs a POSIX shell.' },
  );
}

/** The includes as absolute paths of the server, sorted and none twice. */
export function absoluteIncludes(includes: FieldResult<'include'>, home: string): string[] {
  return [...new Set(includes.map((path) => posix.resolve(home, path)))].sort();
}
