import { ENTRY_FLAGS, ENTRY_STATES, RESTORE_KINDS, type RestoreTable } from '../../pipeline/index.ts';
import { absolute } from './prepare-target.ts';
import type { RestoreProgress } from './progress.ts';
import type { BrokenVolume, MetadataProblems, RenamedEntries, RestoreResult } from './result.ts';
import type { Survey } from './survey.ts';

/** What became of the entries, as the table says at the end. */
export function summarize(
  survey: Survey,
  root: string,
  outcome: {
    readonly progress: RestoreProgress;
    readonly brokenVolumes: readonly BrokenVolume[];
    /** Entries that were given another name. */
    readonly renamed: Iterable<number>;
  },
): RestoreResult {
  const { table, faults } = survey;
  addUnfinished(survey);
  const counts = countDone(table);
  const { progress } = outcome;
  return {
    targetFolder: root,
    ...counts,
    renamed: summarizeRenamed(table, root, outcome.renamed),
    brokenFiles: faults
      .all()
      .map(([entry, reason]) => ({ path: absolute({ root }, table.path(entry)), reason })),
    brokenVolumes: outcome.brokenVolumes,
    refused: survey.refused,
    metadataProblems: toMetadataProblems(progress),
    notFound: survey.notFound,
    filesTooLarge: survey.filesTooLarge,
    volumesRead: progress.volumesRead,
    isDryRun: false,
  };
}

function toMetadataProblems({ problemCounts, problems }: RestoreProgress): MetadataProblems {
  let count = 0;
  for (const ofPart of problemCounts.values()) count += ofPart;
  return { count, byPart: Object.fromEntries(problemCounts), first: problems };
}

/** Those that were written now; a copy that an earlier restore left under such a name stays as it is. */
function summarizeRenamed(table: RestoreTable, root: string, renamed: Iterable<number>): RenamedEntries {
  const written = Array.from(renamed).filter(
    (entry) => table.getState(entry) === ENTRY_STATES.done && !table.hasFlag(entry, ENTRY_FLAGS.unchanged),
  );
  const [first] = written;
  return first === undefined
    ? { count: 0 }
    : { count: written.length, example: absolute({ root }, table.path(first)) };
}

/** Whatever is not done has a reason, so that nothing is missing without a word. */
function addUnfinished({ table, faults }: Survey): void {
  for (let entry = 0; entry < table.count; entry++) {
    if (table.getState(entry) !== ENTRY_STATES.done) faults.add(entry, 'it was not completed');
  }
}

type Counts = Pick<
  RestoreResult,
  | 'restoredFiles'
  | 'unmodifiedFiles'
  | 'unmodifiedBytes'
  | 'restoredFolders'
  | 'restoredSymlinks'
  | 'restoredBytes'
>;

function countDone(table: RestoreTable): Counts {
  const counts = {
    restoredFiles: 0,
    unmodifiedFiles: 0,
    unmodifiedBytes: 0,
    restoredFolders: 0,
    restoredSymlinks: 0,
    restoredBytes: 0,
  };
  for (let entry = 0; entry < table.count; entry++) {
    if (table.getState(entry) !== ENTRY_STATES.done) continue;
    if (table.kind[entry] === RESTORE_KINDS.folder) counts.restoredFolders++;
    else if (table.kind[entry] === RESTORE_KINDS.symlink) counts.restoredSymlinks++;
    else if (table.hasFlag(entry, ENTRY_FLAGS.unchanged)) {
      counts.unmodifiedFiles++;
      counts.unmodifiedBytes += table.sizeBytes[entry] ?? 0;
    } else {
      counts.restoredFiles++;
      counts.restoredBytes += table.sizeBytes[entry] ?? 0;
    }
  }
  return counts;
}
