const PATH = '<path>';
/** A quoted path ends at a quote that something other than a letter follows, as names may hold quotes. */
const QUOTED = /(['"])(?:\/|[A-Za-z]:\\|\\\\)[^\n]*?\1(?![\p{L}\p{N}])/gu;
const BARE = /(?<=^|[\s([=])(?:\/|[A-Za-z]:\\)[^\s,;)\]]*[^\s,;)\].:]/gmu;

/** Takes absolute paths out of a text. Addresses with a scheme stay. */
export function hidePaths(text: string): string {
  return text.replaceAll(QUOTED, `$1${PATH}$1`).replaceAll(BARE, PATH);
}

/** Changes every text inside a JSON-safe value. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}
