import { resolveTime } from '../options/index.ts';
import type { CommandContext } from './command.ts';

/** The versions that `--version` and `--time` ask for; neither means all, the newest first. */
export interface VersionRequest {
  readonly versions?: readonly number[];
  /** Milliseconds since 1970. */
  readonly timeMs?: number;
}

/** No backup has more versions than this; it bounds what a range such as `0-999999999` costs. */
const MOST_VERSIONS = 100_000;

export function readVersionRequest({ settings, clock }: CommandContext): VersionRequest {
  const ranges = settings.get('version');
  const time = settings.isGiven('time') ? settings.get('time') : undefined;
  return {
    ...(ranges === undefined
      ? {}
      : { versions: ranges.flatMap(({ first, last }) => numbers(first, Math.min(last, MOST_VERSIONS))) }),
    ...(time === undefined ? {} : { timeMs: resolveTime(time, clock.now(), 'past') }),
  };
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
