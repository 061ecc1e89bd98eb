import type { VersionQuery } from '../../operations/index.ts';
import { parseTime, resolveTime, UnacceptedValue } from '../../options/index.ts';
import type { CommandContext } from '../command.ts';
import { readVersionQuery } from './query-versions.ts';

/** What `list` and `find` are asked for. */
export interface ListRequest {
  readonly patterns: readonly string[];
  readonly query: VersionQuery;
  /** Whether paths are asked for, and not versions. */
  readonly wantsPaths: boolean;
}

const NUMBER = /^\d{1,9}$/;

/**
 * Reads arguments and options. One number alone, or one time alone, is a version of which everything is
 * meant. `unasked`: the versions where none is named.
 */
export function readListRequest(context: CommandContext, unasked: 'newest' | 'all'): ListRequest {
  const { settings, filters } = context;
  const [, ...patterns] = context.arguments;
  const query = readVersionQuery(context);
  const isNamed = query.versions !== undefined || query.timeMs !== undefined;
  const alone = isNamed || patterns.length !== 1 ? undefined : readVersion(patterns[0] ?? '', context);
  if (alone !== undefined) return { patterns: [], query: alone, wantsPaths: true };
  const isAll = query.isAll === true || (unasked === 'all' && !isNamed);
  const wantsPaths =
    patterns.length > 0 ||
    filters.length > 0 ||
    settings.get('list-prefix-only') ||
    settings.get('list-folder-contents');
  return { patterns, query: { ...query, isAll }, wantsPaths: wantsPaths && !settings.get('list-sets-only') };
}

function readVersion(text: string, { clock }: CommandContext): VersionQuery | undefined {
  if (NUMBER.test(text)) return { versions: [Number(text)] };
  const timeMs = readTime(text, clock.now());
  return timeMs === undefined ? undefined : { timeMs };
}

/** A time in the past as the milliseconds since 1970; `undefined` when the text is none. */
export function readTime(text: string, nowMs: number): number | undefined {
  try {
    return resolveTime(parseTime(text), nowMs, 'past');
  } catch (error) {
    if (error instanceof UnacceptedValue) return undefined;
    throw error;
  }
}
