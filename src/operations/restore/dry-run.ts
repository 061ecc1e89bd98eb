import { RESTORE_KINDS } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { absolute } from './prepare-target.ts';
import type { RestoreResult } from './result.ts';
import type { Survey } from './survey.ts';
import type { TargetPlan } from './target-paths.ts';

/** Says what would be restored, and touches nothing. */
export function dryRun(survey: Survey, target: TargetPlan, context: OperationContext): RestoreResult {
  const { table, faults } = survey;
  const counts = { restoredFiles: 0, restoredFolders: 0, restoredSymlinks: 0 };
  for (let entry = 0; entry < table.count; entry++) {
    if (faults.has(entry)) continue;
    const path = absolute(target, table.path(entry));
    context.log.write('dry-run', 'would-restore', `Would restore '${path}'.`);
    if (table.kind[entry] === RESTORE_KINDS.folder) counts.restoredFolders++;
    else if (table.kind[entry] === RESTORE_KINDS.symlink) counts.restoredSymlinks++;
    else counts.restoredFiles++;
  }
  return {
    ...counts,
    targetFolder: target.root,
    unmodifiedFiles: 0,
    unmodifiedBytes: 0,
    restoredBytes: survey.sizeBytes,
    renamed: { count: 0 },
    brokenFiles: faults
      .all()
      .map(([entry, reason]) => ({ path: absolute(target, table.path(entry)), reason })),
    brokenVolumes: [],
    refused: survey.refused,
    metadataProblems: { count: 0, byPart: {}, first: [] },
    notFound: survey.notFound,
    filesTooLarge: survey.filesTooLarge,
    volumesRead: 0,
    isDryRun: true,
  };
}
