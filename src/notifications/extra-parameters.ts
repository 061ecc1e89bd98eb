import { NotificationError } from './error.ts';

/**
 * Parses further values for reports: a JSON object, or `name=value` pairs joined by `&` as in a query. Throws
 * `notification-invalid`.
 */
export function parseExtraParameters(text: string): ReadonlyMap<string, string> {
  if (!text.trimStart().startsWith('{')) return new Map(new URLSearchParams(text));
  try {
    const object = JSON.parse(text) as Record<string, unknown>;
    return new Map(
      Object.entries(object).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
  } catch (error) {
    throw new NotificationError(
      'notification-invalid',
      'The extra parameters of reports begin like a JSON object and are none.',
      { hint: 'Write {"name": "value"} or name=value&other=value.', cause: error },
    );
  }
}
