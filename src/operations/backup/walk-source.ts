import { profile } from '../../base/index.ts';
import { createEmptyFolderFilter } from '../../filters/index.ts';
import { type SourceError, type WalkedEntry, walk } from '../../sources/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupSettings } from './backup-settings.ts';
import { insertStreams } from './insert-streams.ts';
import { addFailure, type BackupResult } from './result.ts';

/** The entries that the settings choose, in the order of the walk, in batches. What cannot be read is counted and told. */
export function* walkSource(
  settings: BackupSettings,
  result: BackupResult,
  context: OperationContext,
): Generator<readonly WalkedEntry[]> {
  const { selection } = settings;
  const walked = walk(selection.roots, {
    accept: (entry) => {
      const decision = selection.decide(entry);
      if (decision.action === 'exclude' && decision.reason === 'size') result.tooLargeFiles++;
      return decision.action;
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
    for (const entry of entries) countExamined(result, entry);
    yield entries;
  }
}

function countExamined(result: BackupResult, entry: WalkedEntry): void {
  if (entry.kind === 'folder') result.folders.examined++;
  else if (entry.kind === 'symlink') result.symlinks.examined++;
  else result.files.examined++;
}

function reportProblem(problem: SourceError, result: BackupResult, context: OperationContext): void {
  if (problem.code === 'source-vanished') {
    context.log.write('verbose', problem.code, problem.message);
    return;
  }
  addFailure(result, String(problem.details['path'] ?? ''));
  context.log.write('warning', problem.code, problem.message);
}
