/**
 * A URL with the values of its query changed. A value is decoded for `change` and encoded again only where it
 * is another one then, so that what is not touched stays as it was written. Text without a query is returned
 * as it is.
 */
export function changeUrlValues(text: string, change: (value: string) => string): string {
  const match = /^([^?]*:\/\/[^?]*\?)(.*)$/s.exec(text);
  if (match === null) return text;
  const [, start = '', query = ''] = match;
  const pairs = query.split('&').map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const value = decode(rest.join('='));
    const changed = change(value);
    return changed === value ? pair : `${name}=${encodeURIComponent(changed)}`;
  });
  return start + pairs.join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A percent sign that encodes nothing; such a value means itself.
    return text;
  }
}
