import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import type { Selection } from './recreate-input.ts';

/** The dlists of the versions that a selection means, newest first; none when nothing matches. */
export function chooseDlists(dlists: readonly ListedVolume[], selection: Selection): ListedVolume[] {
  const { versions, timeMs } = selection;
  const newestFirst = dlists.toSorted((one, other) => timeOf(other) - timeOf(one));
  if (versions === undefined && timeMs === undefined) return newestFirst;
  return newestFirst.filter(
    (dlist, index) => versions?.includes(index) === true || (timeMs !== undefined && timeOf(dlist) <= timeMs),
  );
}

/** The time of a version, by the name of its dlist. */
export function timeOf(dlist: ListedVolume): number {
  return dlist.parsed.timeMs ?? 0;
}
