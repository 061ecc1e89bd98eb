import { randomUUID } from 'node:crypto';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { MirrorError } from '../error.ts';
import { runProgram } from '../process/run-program.ts';
import { createSide } from '../run/pull-job.ts';
import { transferArguments } from '../run/rsync-arguments.ts';
import { isPartialTransfer } from '../run/rsync-output.ts';
import { DUMPS } from '../run/version-name.ts';
import { openConnection } from '../ssh/connection.ts';
import { explainConnection, lastLines } from '../ssh/explain-failure.ts';
import { SOURCE_ALIAS } from '../ssh/ssh-config.ts';
import { walkTree } from '../tree/walk-tree.ts';

/** An itemized line of a file that differs in content only: same size, same time. (rsync(1), --itemize-changes.) */
const DAMAGED = /^>fc\.\.\S* /;

/**
 * Compares random files of a version with the server by checksum. Answers those that differ though size and
 * time are the same: here or there, something changed them without a trace. What the server has changed or
 * removed since is no difference.
 */
export async function compareSample(
  source: Source,
  folder: string,
  count: number,
  context: MirrorContext,
): Promise<string[]> {
  const sample = await chooseFiles(folder, count, context.signal);
  if (sample.length === 0) return [];
  using connection = openConnection(source, context.tools);
  const side = createSide(connection, context, randomUUID());
  const found: string[] = [];
  const outcome = await runProgram({
    program: side.tools.rsync,
    arguments: [
      ...transferArguments(source.settings, connection.rsyncShell),
      '--dry-run',
      '--checksum',
      '--itemize-changes',
      '--outbuf=L',
      '--from0',
      '--files-from=-',
      '--',
      `${SOURCE_ALIAS}:/`,
      `${folder}/`,
    ],
    input: Buffer.concat(sample.flatMap((path) => [Buffer.from('/'), path, Buffer.from([0])])),
    environment: side.environment,
    signal: side.signal,
    onLine: (line) => {
      if (DAMAGED.test(line)) found.push(line.slice(line.indexOf(' ') + 1));
    },
  });
  if (outcome.exitCode === 0 || isPartialTransfer(outcome.exitCode)) return found;
  if (outcome.exitCode === 255) throw explainConnection(connection.shown, outcome.errors);
  throw new MirrorError('pull-rsync-failed', `rsync failed: ${lastLines(outcome.errors)}.`, {
    details: { exitCode: outcome.exitCode ?? null },
  });
}

/** Files of a version at random, each as likely as any other, without knowing their number. (Algorithm R.) */
async function chooseFiles(folder: string, count: number, signal: AbortSignal): Promise<Buffer[]> {
  const chosen: Buffer[] = [];
  let seen = 0;
  await walkTree(
    folder,
    ({ relative, stat }) => {
      if (relative.toString('latin1') === DUMPS) return 'skip';
      if (!stat.isFile()) return undefined;
      seen++;
      if (chosen.length < count) chosen.push(relative);
      else {
        const place = Math.floor(Math.random() * seen);
        if (place < count) chosen[place] = relative;
      }
      return undefined;
    },
    { signal },
  );
  return chosen;
}
