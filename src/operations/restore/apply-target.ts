import { separatorOf } from '../../format/index.ts';
import { RESTORE_KINDS, type RestoreTable } from '../../pipeline/index.ts';
import type { RestoreSettings } from './settings.ts';
import type { Survey } from './survey.ts';
import { fromWindowsPath, planTarget, type TargetPlan } from './target-paths.ts';

/** Decides where the entries go and turns the paths of the table into paths below the target folder. */
export function applyTarget(survey: Survey, settings: RestoreSettings): TargetPlan {
  const { table } = survey;
  const first = namePath(table, 0);
  const target = planTarget({
    first,
    last: namePath(table, table.count - 1),
    onlyFolder: survey.onlyFolder,
    restorePath: settings.restorePath,
    paths: settings.dontCompressRestorePaths ? 'whole' : 'shortened',
  });
  table.cutPrefix(Buffer.byteLength(target.prefix));
  if (separatorOf(first) === '\\') {
    for (let entry = 0; entry < table.count; entry++)
      table.setPath(entry, fromWindowsPath(table.path(entry)));
  }
  return target;
}

/** A link to a folder ends in a separator but is no folder that others lie in. */
function namePath(table: RestoreTable, entry: number): string {
  const path = table.path(entry);
  return table.kind[entry] === RESTORE_KINDS.symlink ? path.replace(/[\\/]$/, '') : path;
}
