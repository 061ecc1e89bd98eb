import type { MirrorDatabase } from '../../database/index.ts';
import { claimDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';
import type { Configuration } from './configuration.ts';
import type { FieldDeclaration, FieldPlace } from './field.ts';
import { readFields, writeFields } from './field-set.ts';
import { fieldsOf } from './fields.ts';

/** The whole configuration as one JSON document: `defaults`, `destinations` and `sources` by name. */
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
 * Makes the configuration what a document says, all of it or nothing: what it names is added or replaced, what it does not name stays. Throws
 * `pull-configuration-invalid` and what the single changes throw.
 */
export function applyDocument(
  text: string,
  configuration: Configuration,
  database: MirrorDatabase,
): { readonly destinations: readonly string[]; readonly sources: readonly string[] } {
  const document = asObject(parse(text), 'the document');
  const unknown = Object.keys(document).find((key) => !['defaults', 'destinations', 'sources'].includes(key));
  if (unknown !== undefined) throw invalid(`it holds '${unknown}', which means nothing`);
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
  if (typeof destination !== 'string') throw invalid(`the source '${name}' names no destination`);
  const fields = readFields('source', rest);
  const isKnown = configuration.sources().some((source) => source.name === name);
  if (isKnown) configuration.putSource(name, destination, fields);
  else configuration.addSource(name, destination, fields);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON (${error instanceof Error ? error.message : ''})`);
  }
}

function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalid(`${what} must be an object`);
}

function invalid(reason: string): MirrorError {
  return new MirrorError('pull-configuration-invalid', `The configuration cannot be applied: ${reason}.`, {
    hint: "Nothing was changed. 'ashlar pull-config schema' says what is understood, 'ashlar pull-config show' gives an example.",
  });
}

/** The JSON Schema (2020-12) of the document. */
export function configurationSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Pulled backups of Ashlar',
    type: 'object',
    additionalProperties: false,
    properties: {
      defaults: fieldsSchema('defaults'),
      destinations: { type: 'object', additionalProperties: fieldsSchema('destination') },
      sources: { type: 'object', additionalProperties: fieldsSchema('source') },
    },
  };
}

function fieldsSchema(place: FieldPlace): JsonObject {
  const fields = fieldsOf(place);
  const required = fields.filter((field) => field.required === true).map(({ name }) => name);
  const isSource = place === 'source';
  return {
    type: 'object',
    additionalProperties: false,
    required: isSource ? ['destination', ...required] : required,
    properties: {
      ...(isSource ? { destination: { type: 'string', description: 'The name of a destination.' } } : {}),
      ...Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    },
  };
}

function fieldSchema(field: FieldDeclaration): JsonObject {
  const { summary, minimum, maximum, choices } = field;
  return {
    description: summary,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...typeSchema(field),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { enum: choices }),
  };
}

function typeSchema({ type }: FieldDeclaration): JsonObject {
  switch (type) {
    case 'integer':
      return { type: 'integer' };
    case 'size':
    case 'time':
      return { type: ['integer', 'string'] };
    case 'flag':
      return { type: 'boolean' };
    case 'list':
    case 'paths':
      return { type: 'array', items: { type: 'string' } };
    case 'dumps':
      return {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'command'],
          properties: { name: { type: 'string' }, command: { type: 'string' } },
        },
      };
    default:
      return { type: 'string' };
  }
}
