import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { MirrorError } from '../error.ts';
import { type ProgramOutcome, runProgram } from '../process/run-program.ts';
import { createSide } from '../run/pull-job.ts';
import { entryArguments, transferArguments } from '../run/rsync-arguments.ts';
import { fileProblems, isPartialTransfer } from '../run/rsync-output.ts';
import { type Connection, openConnection } from '../ssh/connection.ts';
import { findConnectionFailure, lastLines } from '../ssh/explain-failure.ts';
import { SOURCE_ALIAS } from '../ssh/ssh-config.ts';
import { holdVersion } from './hold-version.ts';

export interface RestoreRequest {
  readonly version: string;
  /** As on the server, absolute. */
  readonly paths: readonly string[];
  /** A folder of this machine, or of the server: `/` there is where the paths came from. */
  readonly to: { readonly place: 'here' | 'server'; readonly folder: string };
  /** Whether files that are there already are replaced. */
  readonly existing: 'keep' | 'replace';
  readonly isDryRun: boolean;
}

export interface RestoreOutcome {
  readonly version: string;
  /** What was restored, or would be, as paths below the target. */
  readonly restored: readonly string[];
  /** What could not be restored as it is. */
  readonly problems: readonly string[];
}

/**
 * Brings paths of a version back, below `to` under their full paths. The version is not deleted meanwhile.
 * Throws `pull-path-missing` before anything is written, `pull-rsync-failed`, `ssh-…`.
 */
export async function restoreVersion(
  source: Source,
  request: RestoreRequest,
  context: MirrorContext,
): Promise<RestoreOutcome> {
  using held = holdVersion(source, request.version, context);
  const { run, folder } = held;
  const paths = request.paths.map((path) => posix.resolve('/', path));
  for (const path of paths) checkPath(folder, path, run.folder ?? '');
  const { to } = request;
  if (to.place === 'here' && !request.isDryRun) mkdirSync(to.folder, { recursive: true });
  using connection = to.place === 'server' ? openConnection(source, context.tools) : undefined;
  const restored: string[] = [];
  const lines: string[] = [];
  const outcome = await runProgram({
    program: context.tools.rsync,
    arguments: restoreArguments(source, connection, folder, request),
    input: paths.map((path) => `${path}\0`).join(''),
    environment:
      connection === undefined
        ? context.tools.environment
        : createSide(connection, context, randomUUID()).environment,
    signal: context.signal,
    onLine: (line) => void restored.push(line),
    onErrorLine: (line) => void lines.push(line),
  });
  if (outcome.exitCode !== 0 && !isPartialTransfer(outcome.exitCode)) throw explain(outcome, connection);
  return { version: run.folder ?? '', restored, problems: fileProblems(lines) };
}

function explain({ exitCode, errors }: ProgramOutcome, connection: Connection | undefined): MirrorError {
  const lost = connection === undefined ? undefined : findConnectionFailure(connection.shown, errors);
  return (
    lost ??
    new MirrorError('pull-rsync-failed', `rsync failed: ${lastLines(errors)}.`, {
      details: { exitCode: exitCode ?? null },
      hint: 'What was restored so far is there. The version was not touched.',
    })
  );
}

/**
 * All arguments of a restore; the paths come over standard input. rsync copies, so that nothing done to a
 * restored file can change the version.
 */
function restoreArguments(
  { settings }: Source,
  connection: Connection | undefined,
  folder: string,
  { to, existing, isDryRun }: RestoreRequest,
): string[] {
  return [
    ...(connection === undefined
      ? entryArguments(settings)
      : transferArguments(settings, connection.rsyncShell)),
    '--relative',
    '--no-implied-dirs',
    ...(to.place === 'server' && to.folder !== '/' ? ['--mkpath'] : []),
    '--out-format=%n',
    '--outbuf=L',
    ...(existing === 'keep' ? ['--ignore-existing'] : []),
    ...(isDryRun ? ['--dry-run'] : []),
    '--from0',
    '--files-from=-',
    '--',
    `${folder}/`,
    to.place === 'here' ? `${to.folder}/` : `${SOURCE_ALIAS}:${asFolder(to.folder)}`,
  ];
}

function checkPath(folder: string, path: string, version: string): void {
  if (lstatSync(join(folder, path), { throwIfNoEntry: false }) !== undefined) return;
  throw new MirrorError('pull-path-missing', `Version ${version} does not hold '${path}'.`, {
    details: { path, version },
    hint: "Paths are written as on the server. 'ashlar find-files' finds them.",
  });
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
