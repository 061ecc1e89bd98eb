import { resolve } from 'node:path';
import type { EntryDecision } from '../../filters/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import type { SourceSelection } from '../select-source/selection.ts';

/** A backup that looks at named paths only and takes everything else over from the version before. */
export interface ChangedFiles {
  /** Whether a path of the version before is said to be gone. */
  readonly isDeleted: (path: string) => boolean;
}

/** What `--changed-files` and `--deleted-files` say; `undefined` where every file is looked at. */
export function readChangedFiles(settings: ProgramSettings): ChangedFiles | undefined {
  if ((settings.get('changed-files') ?? []).length === 0) return undefined;
  const deleted = new Set((settings.get('deleted-files') ?? []).map((path) => resolve(path)));
  return {
    isDeleted: (path) => deleted.size > 0 && selfAndFolders(path).some((folder) => deleted.has(folder)),
  };
}

const NOT_CHANGED: EntryDecision = { action: 'exclude', reason: 'filter' };
const ON_THE_WAY: EntryDecision = { action: 'traverse', reason: 'filter' };

/**
 * The selection without everything that `--changed-files` does not name. Folders on the way are entered, so
 * that what is said of them holds for what is in them.
 */
export function narrowToChanged(selection: SourceSelection, settings: ProgramSettings): SourceSelection {
  const named = (settings.get('changed-files') ?? []).map((path) => resolve(path));
  if (named.length === 0) return selection;
  const changed = new Set(named);
  const onTheWay = new Set(named.flatMap((path) => selfAndFolders(path).slice(1)));
  return {
    ...selection,
    decide: (entry) => {
      const decision = selection.decide(entry);
      const path = withoutEnd(entry.path);
      if (decision.action === 'exclude' || changed.has(path)) return decision;
      return onTheWay.has(path) && entry.path.endsWith('/') ? ON_THE_WAY : NOT_CHANGED;
    },
  };
}

/** `/a/b/c` gives itself, `/a/b`, `/a` and `/`. */
function selfAndFolders(path: string): string[] {
  const all = [withoutEnd(path)];
  for (let at = (all[0] ?? '').lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    all.push(path.slice(0, at));
  return [...all, '/'];
}

function withoutEnd(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
