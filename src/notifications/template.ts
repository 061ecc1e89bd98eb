const PLACEHOLDER = /%([A-Za-z0-9_-]+)%/g;

/**
 * Puts values, by their names in lower case, where a template has `%NAME%` in any case. Names that nobody
 * knows are removed.
 */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => values.get(name.toLowerCase()) ?? '');
}

/** The names that a template asks for, in lower case. */
export function namesIn(template: string): ReadonlySet<string> {
  return new Set([...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name.toLowerCase()));
}
