import { compileFilter, type FilterContext, type FilterRule } from '../filters/index.ts';

/** Which entries of a version the arguments of a command mean. */
export interface EntryPatterns {
  readonly accept: (path: string) => boolean;
  /** Arguments without wildcards: each should name something. */
  readonly literals: readonly string[];
}

const EVERYTHING: EntryPatterns = { accept: () => true, literals: [] };

/**
 * Compiles the file arguments of `restore`, `list` and `find` together with `--include` and `--exclude`. A
 * bare name is meant in any folder, a folder with everything in it; `*`, `?`, `[regular expression]` and
 * `@exact path` as in filters. No argument means everything.
 */
export function compilePatterns(
  patterns: readonly string[],
  rules: readonly FilterRule[],
  context: FilterContext,
): EntryPatterns {
  if (patterns.length === 0 && rules.length === 0) return EVERYTHING;
  const named = compileFilter(patterns.flatMap(toRules), context);
  const filter = compileFilter(rules, context);
  return {
    accept: (path) =>
      (patterns.length === 0 || named.decide(path).isIncluded) && filter.decide(path).isIncluded,
    literals: patterns.filter((pattern) => !hasWildcards(pattern) && isAbsolute(pattern)),
  };
}

function toRules(pattern: string): readonly FilterRule[] {
  return expand(pattern).map((expression): FilterRule => ({ kind: 'include', expression }));
}

function expand(pattern: string): readonly string[] {
  if (/^\[.*\]$/.test(pattern) || pattern.startsWith('{')) return [pattern];
  if (pattern.startsWith('@')) return below(escapeRegex(pattern.slice(1).replace(/[/\\]$/, '')));
  const anywhere = isAbsolute(pattern) || pattern.startsWith('*') ? pattern : `*/${pattern}`;
  const whole = anywhere.replace(/[/\\]$/, '');
  if (whole === '' || anywhere === '*') return ['*'];
  return hasWildcards(pattern) ? [anywhere, `${whole}/`, `${whole}/*`] : [whole, `${whole}/`, `${whole}/*`];
}

/** The path itself, as file or folder, and everything below. */
function below(literal: string): readonly string[] {
  return [`[${literal}(?:[/\\\\].*)?]`];
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function hasWildcards(pattern: string): boolean {
  return /[*?]/.test(pattern) || /^[[@{]/.test(pattern);
}

function isAbsolute(pattern: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(pattern);
}
