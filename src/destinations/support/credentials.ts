import type { ProgramOptionName } from '../../options/index.ts';
import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface GivenCredentials {
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/**
 * The login, each part from the first place that has it: the destination's own options, the URL,
 * `auth-username` and `auth-password`. A password without any user means nothing and is left out. Parts may
 * be missing.
 */
export function findCredentials(
  { url, settings }: Pick<DestinationRequest, 'url' | 'settings'>,
  own: Partial<GivenCredentials> = {},
): GivenCredentials {
  const user = own.user || url.user || settings.get('auth-username') || undefined;
  if (user === undefined) return { user: undefined, password: undefined };
  return { user, password: own.password || url.password || settings.get('auth-password') || undefined };
}

/**
 * The same where both are needed. Throws `destination-incomplete` with the names of the options that could
 * give what is missing.
 */
export function requireCredentials(
  request: Pick<DestinationRequest, 'url' | 'settings'>,
  own: Partial<GivenCredentials>,
  names: { readonly user: ProgramOptionName; readonly password: ProgramOptionName },
): Credentials {
  const { user, password } = findCredentials(request, own);
  if (user === undefined) throw missingOption(request, names.user);
  if (password === undefined) throw missingOption(request, names.password);
  return { user, password };
}

/** The error for an option without which a destination cannot be opened. */
export function missingOption(
  { url }: Pick<DestinationRequest, 'url'>,
  name: ProgramOptionName,
): DestinationError {
  return new DestinationError(
    'destination-incomplete',
    `A ${url.scheme}:// destination needs the option --${name}.`,
    { details: { scheme: url.scheme, option: name }, hint: `'ashlar help ${name}' explains it.` },
  );
}
