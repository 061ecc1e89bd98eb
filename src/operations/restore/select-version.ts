import { BackupError } from '../../base/index.ts';
import type { FilesetRow, LocalDatabase } from '../../database/index.ts';
import { kindName } from './entry-kinds.ts';
import type { RestoreSelection } from './settings.ts';

export interface VersionRequest {
  /** Numbers of versions, 0 the newest. */
  readonly versions?: readonly number[];
  /** Versions of this time or before; milliseconds since 1970. */
  readonly timeMs?: number;
}

export interface SelectedVersion {
  readonly fileset: FilesetRow;
  /** `fallback`: nothing matched the request, so the newest version was taken. */
  readonly match: 'asked' | 'fallback';
}

/**
 * The version to restore from: the newest of those asked for that holds a wanted file (operations 4.1).
 * Without a selection, the newest of those asked for. Throws `no-versions` when the backup has none.
 */
export function selectVersion(
  database: Pick<LocalDatabase, 'filesets' | 'entryBlocks'>,
  request: VersionRequest,
  selection?: RestoreSelection,
): SelectedVersion {
  const all = database.filesets.versions();
  const asked = all.filter((fileset, index) => isAsked(fileset, index, request));
  const candidates = asked.length > 0 ? asked : all;
  const [first] = candidates;
  if (first === undefined) throw noVersions();
  const match = asked.length > 0 ? 'asked' : 'fallback';
  if (selection === undefined || candidates.length === 1) return { fileset: first, match };
  const holding = candidates.find((fileset) => holdsFile(database, fileset, selection));
  return { fileset: holding ?? first, match };
}

/** Every version asked for, the oldest first. Throws `no-versions` where there is none. */
export function selectEveryVersion(
  { filesets }: Pick<LocalDatabase, 'filesets'>,
  request: VersionRequest,
): readonly FilesetRow[] {
  const asked = filesets.versions().filter((fileset, index) => isAsked(fileset, index, request));
  if (asked.length === 0) throw noVersions();
  return asked.toReversed();
}

function noVersions(): BackupError {
  return new BackupError('no-versions', 'This backup has no version to restore from.', {
    hint: 'Make a backup first, or check the address and the prefix of the destination.',
  });
}

function isAsked(fileset: FilesetRow, index: number, { versions, timeMs }: VersionRequest): boolean {
  if (versions === undefined && timeMs === undefined) return true;
  if (versions?.includes(index) === true) return true;
  return timeMs !== undefined && fileset.timestamp * 1000 <= timeMs;
}

function holdsFile(
  database: Pick<LocalDatabase, 'entryBlocks'>,
  fileset: FilesetRow,
  selection: RestoreSelection,
): boolean {
  for (const { path, kind } of database.entryBlocks.ofVersion(fileset.seq)) {
    if (kindName(kind) === 'file' && selection.accept(path, 'file')) return true;
  }
  return false;
}
