import type { EntryChange } from '../../database/index.ts';
import { noMatchingVersion } from '../list/choose-versions.ts';
import { listVersions, type ReadVersion } from '../list/versions.ts';
import type { OpenedForReading } from '../open-backup/open-for-reading.ts';
import { kindName } from '../restore/entry-kinds.ts';
import type { SelectedKind } from '../restore/settings.ts';
import { choosePair, type VersionReference } from './choose-pair.ts';

/** How one path differs. */
export interface PathChange {
  readonly path: string;
  readonly kind: SelectedKind;
  readonly change: EntryChange['change'];
  readonly sizeBytes: number;
}

export interface Comparison {
  readonly base: ReadVersion;
  readonly to: ReadVersion;
  /** In the order of paths. */
  readonly changes: readonly PathChange[];
}

/**
 * Finds what changed from one version to another. A path is modified when its content, its metadata or its
 * time is another. Throws as `choosePair`.
 */
export function compareVersions(
  opened: OpenedForReading,
  base: VersionReference | undefined,
  to: VersionReference | undefined,
): Comparison {
  const all = listVersions(opened);
  const pair = choosePair(
    all.map(({ time }) => time * 1000),
    base,
    to,
  );
  const versions = {
    base: readVersion(all[pair.base], all.length),
    to: readVersion(all[pair.to], all.length),
  };
  const changes = Array.from(
    opened.database.entries.changes(versions.base.seq, versions.to.seq),
    ({ path, kind, change, sizeBytes }) => ({ path, kind: kindName(kind), change, sizeBytes }),
  );
  return { ...versions, changes };
}

function readVersion(
  version: ReturnType<typeof listVersions>[number] | undefined,
  count: number,
): ReadVersion {
  if (version?.seq === undefined) throw noMatchingVersion(count);
  return { ...version, seq: version.seq };
}
