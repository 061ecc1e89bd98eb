import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { findCredentials, missingOption, requireCredentials } from '../support/credentials.ts';

/** How to log in to an identity service, by its version. */
export type SwiftLogin =
  | { readonly version: 'v1'; readonly url: URL; readonly user: string; readonly key: string }
  | {
      readonly version: 'v2';
      readonly url: URL;
      readonly user: string;
      readonly secret: { readonly kind: 'password' | 'key'; readonly value: string };
      readonly tenant: string | undefined;
      readonly region: string | undefined;
    }
  | {
      readonly version: 'v3';
      readonly url: URL;
      readonly user: string;
      readonly password: string;
      readonly domain: string;
      readonly tenant: string;
      readonly region: string | undefined;
    };

/** Reads the login to OpenStack. Throws `destination-incomplete` for what its version needs and is not given. */
export function readOpenstackLogin(request: DestinationRequest): SwiftLogin {
  const { settings } = request;
  const address = settings.get('openstack-authuri') || undefined;
  if (address === undefined) throw missingOption(request, 'openstack-authuri');
  const url = parseAddress(address);
  const region = settings.get('openstack-region') || undefined;
  const tenant = settings.get('openstack-tenant-name') || undefined;
  const version = settings.get('openstack-version') ?? versionOf(url);
  const key = settings.get('openstack-apikey') || undefined;
  if (version === 'v2' && key !== undefined) {
    const { user } = findCredentials(request);
    if (user === undefined) throw missingOption(request, 'auth-username');
    return { version, url, user, secret: { kind: 'key', value: key }, tenant, region };
  }
  const names = { user: 'auth-username', password: 'auth-password' } as const;
  const { user, password } = requireCredentials(request, {}, names);
  if (version === 'v1') return { version, url, user, key: password };
  if (tenant === undefined) throw missingOption(request, 'openstack-tenant-name');
  if (version === 'v2')
    return { version, url, user, secret: { kind: 'password', value: password }, tenant, region };
  const domain = settings.get('openstack-domain-name') || undefined;
  if (domain === undefined) throw missingOption(request, 'openstack-domain-name');
  return { version: 'v3', url, user, password, domain, tenant, region };
}

const CLOUDFILES_US = 'https://identity.api.rackspacecloud.com/auth';
const CLOUDFILES_UK = 'https://lon.auth.api.rackspacecloud.com/v1.0';

/** Reads the login to CloudFiles, which is the first version of OpenStack's. */
export function readCloudfilesLogin(request: DestinationRequest): SwiftLogin {
  const { settings } = request;
  const { user, password: key } = requireCredentials(
    request,
    { user: settings.get('cloudfiles-username'), password: settings.get('cloudfiles-accesskey') },
    { user: 'cloudfiles-username', password: 'cloudfiles-accesskey' },
  );
  const usual = settings.get('cloudfiles-uk-account') ? CLOUDFILES_UK : CLOUDFILES_US;
  return {
    version: 'v1',
    url: parseAddress(settings.get('cloudfiles-authentication-url') || usual),
    user,
    key,
  };
}

function versionOf({ pathname }: URL): 'v1' | 'v2' | 'v3' {
  const [, digit] = /\/v([123])(?:\.\d+)?\/?$/.exec(pathname) ?? [];
  if (digit === '1') return 'v1';
  return digit === '3' ? 'v3' : 'v2';
}

function parseAddress(text: string): URL {
  if (URL.canParse(text) && /^https?:/i.test(text)) return new URL(text);
  throw new DestinationError('destination-url-invalid', `'${text}' is no address of an identity service.`, {
    hint: 'It looks like https://host:5000/v3.',
  });
}
