import { BackupError, counted } from '../../base/index.ts';

/** Which versions are asked for. Nothing given: the newest. */
export interface VersionQuery {
  /** Numbers, 0 the newest. */
  readonly versions?: readonly number[];
  /** The newest version of this time or before; milliseconds since 1970. */
  readonly timeMs?: number;
  readonly isAll?: boolean;
}

export interface VersionChoice {
  /** Ascending, at least one. */
  readonly numbers: readonly number[];
  /** Numbers that were asked for and that no version has. */
  readonly beyond: readonly number[];
}

/**
 * Answers a query from the times of the versions, newest first, in milliseconds since 1970. Throws
 * `no-matching-version`.
 */
export function chooseVersions(times: readonly number[], query: VersionQuery): VersionChoice {
  const { versions, timeMs, isAll = false } = query;
  const everything = times.map((_, number) => number);
  const isOpen = versions === undefined && timeMs === undefined;
  const wanted = new Set(versions ?? (isOpen ? [0] : []));
  const before = timeMs === undefined ? undefined : times.findIndex((time) => time <= timeMs);
  if (before !== undefined) wanted.add(before);
  const numbers = isAll ? everything : everything.filter((number) => wanted.has(number));
  if (numbers.length === 0) throw noMatchingVersion(times.length);
  return { numbers, beyond: versions?.filter((number) => number >= times.length) ?? [] };
}

export function noMatchingVersion(count: number): BackupError {
  return new BackupError(
    'no-matching-version',
    count === 0
      ? 'This backup has no version.'
      : `This backup has ${counted(count, 'version')}, and none of those asked for.`,
    {
      details: { versions: count },
      hint: 'List the versions with: ashlar list <destination>. They are numbered from 0, the newest.',
    },
  );
}
