import { DestinationError } from '../destination-error.ts';
import { type HttpResponse, readText } from './http/index.ts';

/** A JSON object of a server, whose values are still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a JSON text holds. Throws a plain `Error` for anything else. */
export function parseJsonObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (isRecord(value)) return value;
  throw new Error('The JSON is no object.');
}

/**
 * The object that a server answered. Throws `destination-unreachable` for anything else: a proxy or a login
 * page in between may have answered.
 */
export async function readJson(response: HttpResponse): Promise<JsonObject> {
  const text = await readText(response);
  try {
    return parseJsonObject(text);
  } catch (cause) {
    throw new DestinationError('destination-unreachable', 'The server answered something that is no JSON.', {
      cause,
    });
  }
}

/** The value at the end of a path of names; `undefined` where there is none. */
export function valueAt(object: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), object);
}

export function textAt(object: unknown, ...names: readonly string[]): string | undefined {
  const value = valueAt(object, ...names);
  return typeof value === 'string' ? value : undefined;
}

/** A number, which some servers write as a text because it may be large. */
export function numberAt(object: unknown, ...names: readonly string[]): number | undefined {
  const value = valueAt(object, ...names);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** An object; an empty one where there is none. */
export function recordAt(object: unknown, ...names: readonly string[]): JsonObject {
  const value = valueAt(object, ...names);
  return isRecord(value) ? value : {};
}

/** A list; an empty one where there is none. */
export function listAt(object: unknown, ...names: readonly string[]): readonly unknown[] {
  const value = valueAt(object, ...names);
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsAt(object: unknown, ...names: readonly string[]): readonly JsonObject[] {
  return listAt(object, ...names).filter(isRecord);
}

/** A text without which an answer is of no use. Throws `destination-unreachable` when it is not there. */
export function requiredText(object: unknown, ...names: readonly string[]): string {
  const text = textAt(object, ...names);
  if (text !== undefined && text !== '') return text;
  throw new DestinationError('destination-unreachable', `The server's answer lacks '${names.join('.')}'.`);
}

/** A date as milliseconds since 1970, UTC. */
export function timeAt(object: unknown, ...names: readonly string[]): number | undefined {
  const ms = Date.parse(textAt(object, ...names) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
