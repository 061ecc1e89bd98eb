import { BackupError } from '../../base/index.ts';
import { noMatchingVersion } from '../list/choose-versions.ts';

/** A version by its number, or the one nearest to a time in milliseconds since 1970. */
export type VersionReference = { readonly number: number } | { readonly timeMs: number };

export interface VersionPair {
  /** Number of the version to compare with. */
  readonly base: number;
  /** Number of the version whose changes are shown. */
  readonly to: number;
}

/**
 * Finds the two versions to compare from the times of all, newest first, in milliseconds since 1970: the
 * newest with the one before it, unless others are named. Throws `versions-too-few` and
 * `no-matching-version`.
 */
export function choosePair(
  times: readonly number[],
  base: VersionReference = { number: 1 },
  to: VersionReference = { number: 0 },
): VersionPair {
  if (times.length < 2) {
    throw new BackupError(
      'versions-too-few',
      `Cannot compare: the backup has ${times.length === 1 ? 'one version' : 'no version'}, and two are needed.`,
      { details: { versions: times.length } },
    );
  }
  return { base: find(times, base), to: find(times, to) };
}

function find(times: readonly number[], reference: VersionReference): number {
  if ('timeMs' in reference) return nearest(times, reference.timeMs);
  if (reference.number >= times.length) throw noMatchingVersion(times.length);
  return reference.number;
}

function nearest(times: readonly number[], timeMs: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [number, time] of times.entries()) {
    if (Math.abs(time - timeMs) >= distance) continue;
    best = number;
    distance = Math.abs(time - timeMs);
  }
  return best;
}
