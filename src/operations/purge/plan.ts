import { ENTRY_KINDS, type FilesetRow, type LocalDatabase } from '../../database/index.ts';
import type { PurgedVersion } from './result.ts';

/** A version with the paths that go from it. */
export interface PlannedPurge extends PurgedVersion {
  readonly fileset: FilesetRow;
  readonly paths: ReadonlySet<string>;
}

/**
 * Finds the paths to remove in the chosen versions (numbers, 0 the newest), the oldest version first.
 * Versions that have none are left out.
 */
export function* planPurge(
  database: LocalDatabase,
  versions: readonly number[],
  accept: (path: string) => boolean,
): Generator<PlannedPurge> {
  const filesets = database.filesets.versions();
  for (const version of versions.toSorted((one, other) => other - one)) {
    const fileset = filesets[version];
    if (fileset === undefined) continue;
    const paths = new Set<string>();
    let removedBytes = 0;
    for (const { path, kind, sizeBytes } of database.entries.listed({ seq: fileset.seq })) {
      if (!accept(path)) continue;
      paths.add(path);
      if (kind === ENTRY_KINDS.file) removedBytes += sizeBytes;
    }
    const { timestamp } = fileset;
    if (paths.size > 0)
      yield { fileset, version, timestamp, paths, removedEntries: paths.size, removedBytes };
  }
}
