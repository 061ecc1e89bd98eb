import { profile } from '../../base/index.ts';
import { createEmptyFolderFilter } from '../../filters/index.ts';
import { type SourceError, type WalkedEntry, walk } from '../../sources/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupSettings } from './backup-settings.ts';
import { insertStreams } from './insert-streams.ts';
import { addFailure, type BackupResult } from './result.ts';

/** The entries that the settings choose, in the order of the walk, in batches. What is left out for its size and what cannot be read is counted and told. */
export function* walkSource(
  settings: BackupSettings,
  result: BackupResult,
  context: OperationContext,
): Generator<readonly WalkedEntry[]> {
  const { selection } = settings;
  let filtered = 0;
  let stored = 0;
  const walked = walk(selection.roots, {
    accept: (entry) => {
      const { action, reason } = selection.decide(entry);
      if (action === 'exclude' && reason === 'size') result.tooLargeFiles++;
      if (action === 'exclude' && reason === 'filter') filtered++;
      return action;
    },
    ignoreFilenames: selection.ignoreFilenames,
    symlinks: selection.symlinks,
    relocations: settings.reading.relocations,
    isStopping: context.control.isStopping,
    onProblem: (problem) => reportProblem(problem, result, context),
  });
  const full = selection.emptyFolders === 'drop' ? createEmptyFolderFilter<WalkedEntry>() : undefined;
  for (const batch of insertStreams(profile.each('walk', walked), settings.streams)) {
    const entries = full === undefined ? batch : batch.flatMap((entry) => full.push(entry));
    for (const entry of entries) if (!entry.isRoot) stored++;
    yield entries;
  }
  if (filtered > 0 && stored === 0 && !context.control.isStopping()) tellAllFiltered(filtered, context);
}

function tellAllFiltered(filtered: number, { log }: OperationContext): void {
  const message = `The filters leave out all ${filtered} entries that the sources hold. See with the command test-filters which rule does.`;
  log.write('warning', 'filter-excludes-all', message);
}

function reportProblem(problem: SourceError, result: BackupResult, context: OperationContext): void {
  if (problem.code === 'source-vanished') {
    context.log.write('verbose', problem.code, problem.message);
    return;
  }
  addFailure(result, String(problem.details['path'] ?? ''));
  context.log.write('warning', problem.code, problem.message);
}
