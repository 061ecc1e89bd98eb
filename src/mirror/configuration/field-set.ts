import { findNearest, UnacceptedValue } from '../../options/index.ts';
import { MirrorError } from '../error.ts';
import type { FieldDeclaration, FieldPlace, FieldValue } from './field.ts';
import { fieldsOf, findField } from './fields.ts';
import { readValue } from './read-value.ts';

/** The fields that are given in one place, by name. */
export type FieldSet = ReadonlyMap<string, FieldValue>;

/** The fields of a JSON object. Throws `pull-field-unknown`, `pull-field-invalid`. */
export function readFields(place: FieldPlace, json: Readonly<Record<string, unknown>>): FieldSet {
  const fields = new Map<string, FieldValue>();
  for (const [name, given] of Object.entries(json)) {
    const field = declared(place, name);
    if (given !== null) fields.set(name, accepted(field, given));
  }
  return fields;
}

/** The JSON object that `readFields` reads. */
export function writeFields(fields: FieldSet): Readonly<Record<string, FieldValue>> {
  return Object.fromEntries(fields);
}

/** The fields that `stringifyFields` wrote. Throws where a value is not one of its field. */
export function parseFields(place: FieldPlace, text: string): FieldSet {
  return readFields(place, JSON.parse(text) as Record<string, unknown>);
}

/** Fields as the database keeps them. */
export function stringifyFields(fields: FieldSet): string {
  return JSON.stringify(writeFields(fields));
}

const LISTS: ReadonlySet<string> = new Set(['list', 'paths', 'dumps']);

/**
 * Fields changed by words: `port=2222` sets, `port=` takes away. Of lists, `include=/etc include=/var` names
 * all members, `include+=/srv` adds one and `include-=/srv` removes it. Throws `pull-field-unknown`,
 * `pull-field-invalid`.
 */
export function applyWords(place: FieldPlace, fields: FieldSet, words: readonly string[]): FieldSet {
  const changed = new Map(fields);
  const begun = new Set<string>();
  for (const word of words) {
    const { field, operator, text } = takeApart(place, word);
    if (operator === '=' && text === '') changed.delete(field.name);
    else if (!LISTS.has(field.type)) changed.set(field.name, accepted(field, text));
    else {
      const goesOn = operator !== '=' || begun.has(field.name);
      const before = goesOn ? ((changed.get(field.name) ?? []) as readonly unknown[]) : [];
      changed.set(field.name, changedList(field, before, { operator, text }));
      begun.add(field.name);
    }
  }
  return changed;
}

function changedList(
  field: FieldDeclaration,
  before: readonly unknown[],
  { operator, text }: { readonly operator: string; readonly text: string },
): FieldValue {
  if (operator !== '-=') return accepted(field, [...before, text]);
  const left = before.filter((member) => memberText(member) !== text);
  if (left.length < before.length) return accepted(field, left);
  throw new MirrorError('pull-field-invalid', `The field '${field.name}' has no '${text}' to remove.`, {
    details: { field: field.name, value: text },
  });
}

/** What names a member of a list: its text, or the name of a dump. */
function memberText(member: unknown): string {
  return typeof member === 'object' && member !== null && 'name' in member
    ? String(member.name)
    : String(member);
}

function takeApart(place: FieldPlace, word: string) {
  const match = /^([a-z-]+?)(=|\+=|-=)(.*)$/s.exec(word);
  if (match === null) {
    throw new MirrorError('pull-field-invalid', `'${word}' does not set a field.`, {
      details: { word },
      hint: 'Write name=value, such as port=2222.',
    });
  }
  const [, name = '', operator = '=', text = ''] = match;
  return { field: declared(place, name), operator, text };
}

function declared(place: FieldPlace, name: string): FieldDeclaration {
  const field = findField(name);
  if (field?.places.includes(place) === true) return field;
  const nearest = findNearest(
    name,
    fieldsOf(place).map((known) => known.name),
  );
  throw new MirrorError('pull-field-unknown', `There is no field '${name}' of a ${placeName(place)}.`, {
    details: { field: name },
    hint: nearest === undefined ? 'docs/pull-backups.md lists the fields.' : `Did you mean '${nearest}'?`,
  });
}

function accepted(field: FieldDeclaration, given: unknown): FieldValue {
  try {
    return readValue(field, given);
  } catch (error) {
    if (!(error instanceof UnacceptedValue)) throw error;
    const shown = typeof given === 'string' ? given : JSON.stringify(given);
    throw new MirrorError('pull-field-invalid', `The field '${field.name}' cannot be '${shown}'.`, {
      details: { field: field.name, value: shown },
      hint: `It takes ${error.accepted}.`,
      cause: error,
    });
  }
}

function placeName(place: FieldPlace): string {
  return place === 'defaults' ? 'set of defaults' : place;
}
