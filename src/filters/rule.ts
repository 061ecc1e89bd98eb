import { FilterError } from './errors.ts';

/** One rule of an ordered list, as it was written. */
export interface FilterRule {
  readonly kind: 'include' | 'exclude';
  /**
   * A path, a pattern with `*` and `?`, `[regular expression]`, `{Group,Group}` or `@exact path`. Empty rules
   * mean nothing.
   */
  readonly expression: string;
}

/** Variables for `%NAME%`, handed in by an entrance. */
export type FilterVariables = Readonly<Record<string, string | undefined>>;

/** Replaces `%NAME%` by the variable of that name; unknown names stay as they are written, as in Duplicati. */
export function expandVariables(expression: string, variables: FilterVariables): string {
  return expression.replace(/%([^%]+)%/g, (written, name: string) => variables[name] ?? written);
}

/**
 * Parses a serialized list: rules with `+` or `-` before each, joined by the path-list separator, as
 * parameters files and scripts carry them. A separator inside `[...]` belongs to the regular expression.
 * Throws `FilterError`.
 */
export function parseFilterList(text: string, separator: ':' | ';'): readonly FilterRule[] {
  return splitOutsideBrackets(text, separator)
    .filter((item) => item !== '')
    .map((item) => {
      const sign = item[0];
      if (sign !== '+' && sign !== '-') {
        throw new FilterError(
          'filter-invalid',
          `Cannot use filter '${item}': it begins neither with + nor with -.`,
          {
            hint: 'Put + before a rule that includes and - before one that excludes.',
          },
        );
      }
      return { kind: sign === '+' ? 'include' : 'exclude', expression: item.slice(1) };
    });
}

function splitOutsideBrackets(text: string, separator: string): readonly string[] {
  const items: string[] = [];
  for (const piece of text.split(separator)) {
    const open = items.at(-1);
    if (open !== undefined && /^[+-]\[/.test(open) && !open.endsWith(']')) {
      items[items.length - 1] = `${open}${separator}${piece}`;
    } else items.push(piece);
  }
  return items;
}
