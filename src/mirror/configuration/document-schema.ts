import type { FieldDeclaration, FieldPlace } from './field.ts';
import { fieldsOf } from './fields.ts';

type JsonObject = Readonly<Record<string, unknown>>;

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
