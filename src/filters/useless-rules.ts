import type { FilterRule, FilterVariables } from './rule.ts';
import { expandVariables } from './rule.ts';

export interface UselessRule {
  readonly rule: FilterRule;
  /** Why it decides nothing; completes "The rule … decides nothing: ". */
  readonly reason: string;
}

export interface RuleSurroundings {
  /** Absolute; folders end in `/`. */
  readonly roots: readonly string[];
  readonly variables: FilterVariables;
  /** Whether there is a folder of that path, given without `/` at its end. */
  readonly isFolder: (path: string) => boolean;
}

/**
 * Rules that can decide about no entry of the sources, as far as that can be seen without walking them.
 * Regular expressions and groups are taken for useful unless an earlier rule decides about everything.
 */
export function findUselessRules(
  rules: readonly FilterRule[],
  surroundings: RuleSurroundings,
): readonly UselessRule[] {
  const useless: UselessRule[] = [];
  let all: FilterRule | undefined;
  for (const rule of rules) {
    const expression = expandVariables(rule.expression, surroundings.variables);
    if (expression === '') continue;
    const reason =
      all === undefined
        ? reasonOf(expression, surroundings)
        : `'${all.expression}' before it matches everything`;
    if (reason !== undefined) useless.push({ rule, reason });
    if (MATCHES_ALL.test(expression)) all ??= rule;
  }
  return useless;
}

const MATCHES_ALL = /^(?:\*+|\[\.\*\])$/;
const UNKNOWN_VARIABLE = /%([A-Za-z_][A-Za-z0-9_]*)%/;

function reasonOf(expression: string, surroundings: RuleSurroundings): string | undefined {
  if (/^[[{]/.test(expression)) return undefined;
  const pattern = expression.startsWith('@') ? expression.slice(1) : expression;
  const start = expression.startsWith('@') ? pattern : (/^[^*?]*/.exec(pattern)?.[0] ?? '');
  const isLiteral = start === pattern;
  const [, variable] = UNKNOWN_VARIABLE.exec(pattern) ?? [];
  if (variable !== undefined) return `there is no environment variable '${variable}'`;
  if (start !== '' && !start.startsWith('/'))
    return "whole paths are matched, which begin with '/'; put '*/' before it";
  if (start !== '' && !mayLieBelow(start, surroundings.roots, isLiteral))
    return 'it lies in none of the sources';
  if (isLiteral && !start.endsWith('/') && surroundings.isFolder(start))
    return "it is a folder; put '/' behind it";
  return undefined;
}

/** True where some path of the sources begins so (or, for a literal, is so). */
function mayLieBelow(start: string, roots: readonly string[], isLiteral: boolean): boolean {
  return roots.some(
    (root) => start.startsWith(root) || (!isLiteral && root.startsWith(start)) || start === root,
  );
}
