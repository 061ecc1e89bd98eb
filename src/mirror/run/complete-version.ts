import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../configuration/configuration.ts';
import { runProgram } from '../process/run-program.ts';
import { removeTree } from '../tree/remove-tree.ts';
import { walkTree } from '../tree/walk-tree.ts';
import type { PullJob } from './pull-job.ts';
import { PARTIAL_FILES } from './rsync-arguments.ts';
import { PARTIAL, PARTIAL_SELECTION, versionName } from './version-name.ts';

const SECOND_MS = 1000;

/** The first name from the run's start on that no version has. */
export function freeVersionName(source: Source, startedMs: number): string {
  for (let timeMs = startedMs; ; timeMs += SECOND_MS) {
    const name = versionName(timeMs);
    if (!existsSync(join(source.folder, name))) return name;
  }
}

/**
 * Makes the partial folder the version `name`: everything is brought onto the disk, then the folder gets its
 * name, in one step. A run killed before that leaves a partial folder, one killed after it a complete
 * version.
 */
export async function completeVersion(job: PullJob, name: string): Promise<string> {
  const { source, side } = job;
  const partial = join(source.folder, PARTIAL);
  const complete = join(source.folder, name);
  await removePartialFiles(partial, side.signal);
  await runProgram({
    program: 'sync',
    arguments: ['--file-system', partial],
    environment: side.environment,
    signal: side.signal,
  });
  renameSync(partial, complete);
  rmSync(join(source.folder, PARTIAL_SELECTION), { force: true });
  syncFolder(source.folder);
  return complete;
}

/** Parts of files that an interrupted run kept, and that have since gone from the server. */
async function removePartialFiles(folder: string, signal: AbortSignal): Promise<void> {
  const found: string[] = [];
  await walkTree(
    folder,
    ({ path, stat }) => {
      if (!stat.isDirectory() || !path.toString('latin1').endsWith(`/${PARTIAL_FILES}`)) return undefined;
      found.push(path.toString());
      return 'skip';
    },
    // A folder that came without the right to be read keeps its contents to itself.
    { signal, onProblem: () => {} },
  );
  for (const path of found) await removeTree(path);
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
