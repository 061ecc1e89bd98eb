import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { errorMessage } from '../../base/index.ts';
import { MirrorError } from '../error.ts';

/** How the configuration is written in a file. */
export type DocumentForm = 'json' | 'toml';

/** Throws `pull-configuration-invalid`. */
export function parseDocument(text: string, form: DocumentForm): unknown {
  try {
    return form === 'json' ? JSON.parse(text) : withoutDates(parseToml(text));
  } catch (error) {
    throw invalidDocument(`it is no ${form.toUpperCase()} (${errorMessage(error)})`);
  }
}

export function formatDocument(document: Readonly<Record<string, unknown>>, form: DocumentForm): string {
  return form === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringifyToml(document);
}

export function invalidDocument(reason: string): MirrorError {
  return new MirrorError('pull-configuration-invalid', `The configuration cannot be applied: ${reason}.`, {
    hint: "Nothing was changed. 'ashlar pull-config schema' says what is understood, 'ashlar pull-config show' gives an example.",
  });
}

/** TOML has times of its own; fields take their texts. */
function withoutDates(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutDates(item)]));
}
