import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { counted, monotonicMs } from '../../base/index.ts';
import { MirrorError } from '../error.ts';
import { type ProgramOutcome, runProgram } from '../process/run-program.ts';
import { findConnectionFailure, lastLines } from '../ssh/explain-failure.ts';
import { SOURCE_ALIAS } from '../ssh/ssh-config.ts';
import type { PartialFolder } from './partial-folder.ts';
import type { PullJob } from './pull-job.ts';
import { pullArguments } from './rsync-arguments.ts';
import {
  fileProblems,
  isFailureHere,
  isPartialTransfer,
  missingPaths,
  readProgress,
  readStatistics,
} from './rsync-output.ts';

/** Lines about single files that are kept in the log; the others are counted. */
const KEPT_PROBLEMS = 1000;
/** What rsync ends with where its counterpart could not be started. (rsync(1), exit values; 127 is the shell's.) */
const NO_COUNTERPART = [12, 127];

/**
 * Copies the includes into the partial folder. Files that could not be read, or vanished, are warnings with
 * their names. Throws `pull-rsync-…`, `ssh-…`, and `pull-nothing-arrived` when nothing of what was asked for
 * is there.
 */
export async function copyFiles(
  job: PullJob,
  includes: readonly string[],
  folders: { readonly partial: PartialFolder; readonly previous: string | undefined },
): Promise<void> {
  const { source, side, context } = job;
  const { partial, previous } = folders;
  const problems: string[] = [];
  const startedAt = monotonicMs();
  const outcome = await runProgram({
    program: side.tools.rsync,
    arguments: pullArguments({
      settings: source.settings,
      shell: side.connection.rsyncShell,
      remote: SOURCE_ALIAS,
      target: partial.path,
      linkTo: previous,
      isReused: partial.isReused,
    }),
    input: includes.map((path) => `${path}\0`).join(''),
    environment: side.environment,
    signal: side.signal,
    onLine: (line) => {
      const progress = readProgress(line);
      if (progress !== undefined) context.report({ source: source.name, step: 'copy', ...progress });
    },
    onErrorLine: (line) => void problems.push(line),
  });
  const statistics = readStatistics(outcome.output);
  job.note({
    rsyncMs: Math.round(monotonicMs() - startedAt),
    rsyncSummary: statistics.summary,
    ...(statistics.receivedBytes === undefined ? {} : { receivedBytes: statistics.receivedBytes }),
    ...(statistics.bytesPerSecond === undefined ? {} : { bytesPerSecond: statistics.bytesPerSecond }),
  });
  if (outcome.exitCode !== 0) judge(job, outcome, problems);
  const missing = missingPaths(problems);
  if (partial.isReused)
    for (const path of missing) rmSync(join(partial.path, path), { recursive: true, force: true });
  if (readdirSync(partial.path).length === 0) throw nothingArrived(includes);
}

/** Tells of files that are left out, or throws what ended the copy. */
function judge(job: PullJob, outcome: ProgramOutcome, lines: readonly string[]): void {
  const isOurs = lines.some((line) => isFailureHere(line));
  if (!isPartialTransfer(outcome.exitCode) || isOurs) throw explainRsync(job, outcome);
  const problems = fileProblems(lines);
  job.warn(
    'pull-files-left-out',
    `rsync ended with ${outcome.exitCode}: ${counted(problems.length, 'file')} could not be pulled as they are.`,
  );
  for (const line of problems.slice(0, KEPT_PROBLEMS)) job.tell('warning', 'pull-file-left-out', line);
}

function explainRsync({ side, source }: PullJob, outcome: ProgramOutcome): MirrorError {
  const { errors, exitCode } = outcome;
  const said = lastLines(errors, 10);
  if (outcome.isMissing) {
    return new MirrorError(
      'pull-rsync-missing-here',
      `There is no program '${side.tools.rsync}' on this machine.`,
      {
        hint: 'Install rsync 3.1 or later.',
      },
    );
  }
  const isMissingThere = /(?:not found|No such file or directory|cannot execute)$/m.test(errors);
  if (NO_COUNTERPART.includes(exitCode ?? -1) && isMissingThere) {
    return new MirrorError('pull-rsync-missing-there', `There is no rsync on ${side.connection.shown}.`, {
      details: { source: source.name, output: said },
      hint: 'Install rsync on the server, or name it with the field rsync-there.',
    });
  }
  const lost = findConnectionFailure(side.connection.shown, errors);
  if (lost !== undefined && exitCode !== 11) return lost;
  return new MirrorError(
    'pull-rsync-failed',
    `rsync failed with ${exitCode === undefined ? `signal ${outcome.endedBy ?? 'unknown'}` : `exit code ${exitCode}`}${said === '' ? '' : `: ${said}`}.`,
    {
      details: { exitCode: exitCode ?? null, output: said },
      hint: /(?:ACLs|Extended attributes|xattrs) are not supported/i.test(errors)
        ? 'The rsync of one side lacks them: set acls=no or xattrs=no.'
        : 'What has arrived is kept, and the next run goes on from there. No version was touched.',
      retryable: true,
    },
  );
}

function nothingArrived(includes: readonly string[]): MirrorError {
  return new MirrorError('pull-nothing-arrived', 'Nothing of what the source includes is on the server.', {
    details: { includes },
    hint: 'Check the field include, and whether the disk that holds it is mounted on the server.',
  });
}
