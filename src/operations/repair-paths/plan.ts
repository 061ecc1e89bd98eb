import { chooseVersions } from '../list/choose-versions.ts';

/** Which versions a database of paths is made of. */
export interface PathsPlan {
  /** Numbers, 0 the newest: those that are wanted and those that are there. */
  readonly numbers: readonly number[];
  /** How many of the wanted ones come to it. */
  readonly added: number;
  /** How many of the wanted ones are there. */
  readonly knownAlready: number;
}

/**
 * Chooses among the versions at the destination, whose times are given newest first. Versions that are not
 * there any more are given up. Throws `no-matching-version`.
 */
export function choosePathVersions(
  times: readonly number[],
  wanted: { readonly versions?: readonly number[]; readonly timeMs?: number },
  known: ReadonlySet<number> | 'all',
): PathsPlan {
  const isNarrow = wanted.versions !== undefined || wanted.timeMs !== undefined;
  const { numbers } = chooseVersions(times, isNarrow ? wanted : { isAll: true });
  const isKnown = (number: number) => known === 'all' || known.has(times[number] ?? Number.NaN);
  const added = numbers.filter((number) => !isKnown(number));
  const kept = [...times.keys()].filter(isKnown);
  return {
    numbers: [...new Set([...kept, ...added])].sort((one, other) => one - other),
    added: added.length,
    knownAlready: numbers.length - added.length,
  };
}
