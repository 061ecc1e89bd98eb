/** A JSON object whose values are still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Line ends that Duplicati's writer (Newtonsoft.Json) escapes beyond what JSON asks for. */
const ALSO_ESCAPED = /[\u0085\u2028\u2029]/;
const ALL_ALSO_ESCAPED = new RegExp(ALSO_ESCAPED, 'g');

/**
 * A JSON string as Duplicati writes it: `"`, `\`, control characters and U+0085, U+2028, U+2029 are escaped,
 * `/` and other non-ASCII characters are not. Lone surrogates, which UTF-8 cannot hold, are escaped too, so
 * that every string comes back.
 */
export function quoteJson(text: string): string {
  const json = JSON.stringify(text);
  return ALSO_ESCAPED.test(json) ? json.replace(ALL_ALSO_ESCAPED, escapeUnit) : json;
}

/** The value of JSON text as an object, or `undefined` where it is none or no JSON at all. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Not JSON: the caller knows the volume and the entry, and says so.
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a whole number from 0 to 2^53 - 1, the only sizes that the format knows. */
export function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
