/** The value at a path of keys in parsed JSON; `undefined` where there is none. */
export function valueAt(json: unknown, ...path: readonly string[]): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The text at a path of keys in parsed JSON; `undefined` where there is something else. */
export function textAt(json: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(json, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The texts, numbers and truth values of a JSON object by name, as texts; empty for anything else. */
export function textsOf(json: unknown): ReadonlyMap<string, string> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return new Map();
  return new Map(
    Object.entries(json).flatMap(([name, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)] as const] : [],
    ),
  );
}

/** Parsed JSON; `undefined` for text that is none. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
