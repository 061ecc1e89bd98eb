import type { MirrorDatabase } from '../../database/index.ts';
import { claimDestination } from '../destination/check-destination.ts';
import type { Configuration } from './configuration.ts';
import { type DocumentForm, invalidDocument, parseDocument } from './document-text.ts';
import { readFields, writeFields } from './field-set.ts';

/** The whole configuration as one document: `defaults`, `destinations` and `sources` by name. */
export function writeDocument(configuration: Configuration): Readonly<Record<string, unknown>> {
  return {
    defaults: writeFields(configuration.defaults()),
    destinations: Object.fromEntries(
      configuration.destinations().map(({ name, own }) => [name, writeFields(own)]),
    ),
    sources: Object.fromEntries(
      configuration
        .sources()
        .map(({ name, own, destination }) => [name, { destination: destination.name, ...writeFields(own) }]),
    ),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Makes the configuration what a document says, all of it or nothing: what it names is added or replaced,
 * what it does not name stays. Throws `pull-configuration-invalid` and what the single changes throw.
 */
export function applyDocument(
  { text, form }: { readonly text: string; readonly form: DocumentForm },
  configuration: Configuration,
  database: MirrorDatabase,
): { readonly destinations: readonly string[]; readonly sources: readonly string[] } {
  const document = asObject(parseDocument(text, form), 'the document');
  const unknown = Object.keys(document).find((key) => !['defaults', 'destinations', 'sources'].includes(key));
  if (unknown !== undefined) throw invalidDocument(`it holds '${unknown}', which means nothing`);
  const destinations = Object.entries(asObject(document['destinations'] ?? {}, 'destinations'));
  const sources = Object.entries(asObject(document['sources'] ?? {}, 'sources'));
  database.transaction(() => {
    if (document['defaults'] !== undefined)
      configuration.putDefaults(readFields('defaults', asObject(document['defaults'], 'defaults')));
    for (const [name, json] of destinations) putDestination(name, asObject(json, name), configuration);
    for (const [name, json] of sources) putSource(name, asObject(json, name), configuration);
  });
  return { destinations: destinations.map(([name]) => name), sources: sources.map(([name]) => name) };
}

function putDestination(name: string, json: JsonObject, configuration: Configuration): void {
  const fields = readFields('destination', json);
  const isKnown = configuration.destinations().some((destination) => destination.name === name);
  if (isKnown) configuration.putDestination(name, fields);
  else claimDestination(configuration.addDestination(name, fields));
}

function putSource(name: string, json: JsonObject, configuration: Configuration): void {
  const { destination, ...rest } = json;
  if (typeof destination !== 'string') throw invalidDocument(`the source '${name}' names no destination`);
  const fields = readFields('source', rest);
  const isKnown = configuration.sources().some((source) => source.name === name);
  if (isKnown) configuration.putSource(name, destination, fields);
  else configuration.addSource(name, destination, fields);
}

function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidDocument(`${what} must be an object`);
}
