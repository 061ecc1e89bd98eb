import { NotificationError } from './error.ts';

/**
 * The addresses of a list apart by semicolons. Throws `notification-invalid`, without the address, which may
 * hold a secret.
 */
export function readAddresses(text: string | undefined, option: string): readonly URL[] {
  return splitAddresses(text).map((address) => {
    const url = URL.parse(address);
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
    throw new NotificationError(
      'notification-invalid',
      `The option --${option} names something that is no http:// or https:// address.`,
      { details: { option } },
    );
  });
}

export function splitAddresses(text = ''): readonly string[] {
  return text
    .split(';')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}
