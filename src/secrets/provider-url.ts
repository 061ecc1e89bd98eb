import type { ProviderUrl } from './provider.ts';
import { SecretError } from './secret-error.ts';

const FORM = /^([a-z][a-z0-9+.-]*):\/\/([^?]*)(?:\?(.*))?$/is;

/**
 * Reads `scheme://address?name=value&...`. Throws `secret-provider-invalid`; the text is not in the message,
 * for it may hold a key.
 */
export function parseProviderUrl(text: string): ProviderUrl {
  const match = FORM.exec(text.trim());
  if (match === null) {
    throw new SecretError('secret-provider-invalid', 'The secret provider is not given as an address.', {
      hint: 'The form is scheme://address?name=value, such as file-secret:///etc/ashlar/secrets.json, or $NAME for an environment variable that holds it.',
    });
  }
  const [, scheme = '', address = '', query = ''] = match;
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]);
  return { scheme: scheme.toLowerCase(), address: decode(address), query: Object.fromEntries(pairs) };
}

/**
 * The address itself where `text` is the name of an environment variable (`$NAME`, `${NAME}`, `%NAME%`), so
 * that it need not stand on a command line. Throws `secret-provider-invalid` for a variable that is not set.
 */
export function expandProviderVariable(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const match = /^(?:\$\{(\w+)\}|\$(\w+)|%(\w+)%)$/.exec(text.trim());
  if (match === null) return text;
  const name = match[1] ?? match[2] ?? match[3] ?? '';
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new SecretError(
    'secret-provider-invalid',
    `The environment variable '${name}', which is to hold the address of the secret provider, is not set.`,
    { details: { variable: name }, hint: 'Set it, or give the address itself.' },
  );
}

/**
 * The value of a parameter without which the provider cannot be asked: that of the address, else of the
 * environment variable. Throws `secret-provider-invalid`.
 */
export function requireParameter(
  url: ProviderUrl,
  name: string,
  fallback: { readonly variable?: string; readonly value?: string | undefined } = {},
): string {
  const value = url.query[name] ?? fallback.value;
  if (value !== undefined && value !== '') return value;
  const or = fallback.variable === undefined ? '' : `, or set the environment variable ${fallback.variable}`;
  throw new SecretError('secret-provider-invalid', `The secret provider ${url.scheme}:// needs '${name}'.`, {
    details: { scheme: url.scheme, parameter: name },
    hint: `Add ${name}=... to the query of its address${or}.`,
  });
}

/** The items of a parameter that is a list with commas. */
export function splitParameter(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A parameter that is on or off; off where it is absent. */
export function isOn({ query }: ProviderUrl, name: string): boolean {
  return ['', '1', 'true', 'yes', 'on'].includes(query[name]?.toLowerCase() ?? 'off');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing, as a path may hold.
    return text;
  }
}
