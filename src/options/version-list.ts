import { UnacceptedValue } from './errors.ts';

/** Version numbers from `first` to `last`, both included; 0 is the newest version. */
export interface VersionRange {
  readonly first: number;
  readonly last: number;
}

const RANGE = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/;
const ACCEPTED = 'version numbers and ranges separated by commas, such as 0,2-4 (0 is the newest)';

/** Parses `0,2-4,7`. Throws `UnacceptedValue`. */
export function parseVersionList(text: string): readonly VersionRange[] {
  return text.split(',').map((piece) => {
    const match = RANGE.exec(piece.trim());
    if (match === null) throw new UnacceptedValue(ACCEPTED);
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) throw new UnacceptedValue(ACCEPTED);
    return { first, last };
  });
}

/** The numbers of the ranges that are below `count`, ascending and once each, and the ranges that reach beyond. */
export function selectVersions(
  ranges: readonly VersionRange[],
  count: number,
): { readonly versions: readonly number[]; readonly beyond: readonly VersionRange[] } {
  const versions = new Set<number>();
  for (const { first, last } of ranges) {
    for (let version = first; version <= Math.min(last, count - 1); version++) versions.add(version);
  }
  return {
    versions: [...versions].sort((a, b) => a - b),
    beyond: ranges.filter((range) => range.last >= count),
  };
}
