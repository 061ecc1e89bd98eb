import type { EntryPeriod, LocalDatabase } from '../../database/index.ts';
import { kindName } from '../restore/entry-kinds.ts';
import type { SelectedKind } from '../restore/settings.ts';
import type { ReadVersion } from './versions.ts';

/** A path with what it is in each of the listed versions. */
export interface ListedPath {
  /** Folders end in the separator of their machine. */
  readonly path: string;
  /** As in the newest of the versions that hold it. */
  readonly kind: SelectedKind;
  /**
   * One for each version, in their order; `null` where the version does not hold the path. Folders and links
   * have 0 bytes.
   */
  readonly sizesBytes: readonly (number | null)[];
}

/** The paths of some versions, each once, in the order of paths. */
export function* listPaths(
  database: Pick<LocalDatabase, 'entryHistory'>,
  versions: readonly ReadVersion[],
  accept: (path: string) => boolean,
): Generator<ListedPath> {
  const [newest] = versions;
  const oldest = versions.at(-1);
  if (newest === undefined || oldest === undefined) return;
  let periods: EntryPeriod[] = [];
  for (const period of database.entryHistory.between(oldest.seq, newest.seq)) {
    if (!accept(period.path)) continue;
    if (periods[0] !== undefined && periods[0].path !== period.path) {
      yield* joined(periods, versions);
      periods = [];
    }
    periods.push(period);
  }
  yield* joined(periods, versions);
}

/** One path, written exactly so; `undefined` where none of the versions holds it. */
export function findPath(
  database: Pick<LocalDatabase, 'entryHistory'>,
  versions: readonly ReadVersion[],
  path: string,
): ListedPath | undefined {
  return join(database.entryHistory.ofPath(path), versions);
}

function* joined(periods: readonly EntryPeriod[], versions: readonly ReadVersion[]): Generator<ListedPath> {
  const path = join(periods, versions);
  if (path !== undefined) yield path;
}

function join(periods: readonly EntryPeriod[], versions: readonly ReadVersion[]): ListedPath | undefined {
  const held = versions.map(({ seq }) => periods.find(({ first, last }) => first <= seq && seq <= last));
  const newest = held.find((period) => period !== undefined);
  if (newest === undefined) return undefined;
  return {
    path: newest.path,
    kind: kindName(newest.kind),
    sizesBytes: held.map((period) => period?.sizeBytes ?? null),
  };
}
