import { translateRegex } from './dotnet-regex.ts';
import { FilterError } from './errors.ts';
import { compileGlob, type PathTest } from './glob.ts';
import { expandGroups, type GroupPlaces } from './groups.ts';
import { expandVariables, type FilterRule, type FilterVariables } from './rule.ts';

export interface FilterContext {
  readonly places: GroupPlaces;
  /** Whether `a` and `A` are different names; as the file system has it: true on Linux. */
  readonly isCaseSensitive: boolean;
  /** For `%NAME%`. */
  readonly variables?: FilterVariables;
}

export interface FilterDecision {
  readonly isIncluded: boolean;
  /** The rule that decided; none did when absent. */
  readonly rule?: FilterRule;
}

/** An ordered list of rules, ready to be asked about many paths. */
export interface Filter {
  /**
   * What the first matching rule says; without one, paths are excluded by a filter of includes only, and
   * included by any other.
   */
  decide(path: string): FilterDecision;
  /** True when no rule is left: everything is included. */
  readonly isEmpty: boolean;
  /** True when there are rules and all of them include. */
  readonly isIncludesOnly: boolean;
  /** True when some rule excludes. */
  readonly hasExcludes: boolean;
}

interface CompiledRule {
  readonly matches: PathTest;
  readonly decision: FilterDecision;
}

/** Compiles rules once. Throws `FilterError` for a regular expression or a group that cannot be understood. */
export function compileFilter(rules: readonly FilterRule[], context: FilterContext): Filter {
  const compiled = rules.flatMap((rule) => compileRule(rule, context));
  const isIncludesOnly = compiled.length > 0 && compiled.every(({ decision }) => decision.isIncluded);
  const unmatched: FilterDecision = { isIncluded: !isIncludesOnly };
  const fold = context.isCaseSensitive ? (path: string) => path : (path: string) => path.toLowerCase();
  return {
    isEmpty: compiled.length === 0,
    isIncludesOnly,
    hasExcludes: compiled.some(({ decision }) => !decision.isIncluded),
    decide: (path) => {
      const folded = fold(path);
      for (const { matches, decision } of compiled) if (matches(folded)) return decision;
      return unmatched;
    },
  };
}

function compileRule(rule: FilterRule, context: FilterContext): readonly CompiledRule[] {
  const expression = expandVariables(rule.expression, context.variables ?? {});
  if (expression === '') return [];
  const decision: FilterDecision = { isIncluded: rule.kind === 'include', rule };
  return compileExpression(expression, context).map((matches) => ({ matches, decision }));
}

function compileExpression(expression: string, context: FilterContext): readonly PathTest[] {
  const fold = (text: string): string => (context.isCaseSensitive ? text : text.toLowerCase());
  if (expression.startsWith('[') && expression.endsWith(']') && expression.length > 2)
    return [compileRegex(expression, context)];
  if (expression.startsWith('{') && expression.endsWith('}')) {
    return expandGroups(expression.slice(1, -1), context.places).map((pattern) => compileGlob(fold(pattern)));
  }
  if (expression.startsWith('@')) {
    const exact = fold(expression.slice(1));
    return [(path) => path === exact];
  }
  return [compileGlob(fold(expression))];
}

/** The leftmost match has to be the whole path, which is how Duplicati anchors: `[a|ab]` does not match `ab`. */
function compileRegex(expression: string, context: FilterContext): PathTest {
  const regex = buildRegex(expression, context);
  return (path) => {
    regex.lastIndex = 0;
    return regex.test(path) && regex.lastIndex === path.length;
  };
}

function buildRegex(expression: string, context: FilterContext): RegExp {
  try {
    return new RegExp(translateRegex(expression.slice(1, -1)), context.isCaseSensitive ? 'vsy' : 'vsyi');
  } catch (error) {
    throw new FilterError(
      'filter-invalid',
      `Cannot use filter '${expression}' as a regular expression: ${error instanceof Error ? error.message : String(error)}.`,
      {
        details: { expression },
        hint: 'To mean a name with brackets, put @ before the exact path, or use * and ? for the brackets.',
        cause: error,
      },
    );
  }
}
