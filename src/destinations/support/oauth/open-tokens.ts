import type { DestinationRequest } from '../../descriptor.ts';
import { DestinationError } from '../../destination-error.ts';
import { missingOption } from '../credentials.ts';
import type { HttpClient } from '../http/index.ts';
import { type AccessTokens, shareTokens } from './access-tokens.ts';
import { authidAddress, authidTokens } from './authid.ts';
import { refreshTokens } from './refresh-token.ts';

/** What a provider of storage is to the login. */
export interface OAuthProvider {
  /** What Duplicati's login service calls it. */
  readonly module: string;
  /** Its own token endpoint, for applications of the user. */
  readonly tokenUrl: string;
  readonly keepsAuthid?: boolean;
}

/**
 * The tokens that the options give: an application of the user's own with `oauth-refresh-token`, else an
 * `authid`. Throws `destination-incomplete` where neither is there.
 */
export function openTokens(
  request: DestinationRequest,
  provider: OAuthProvider,
  http: HttpClient,
): AccessTokens {
  const { settings, url } = request;
  const refreshToken = settings.get('oauth-refresh-token');
  if (refreshToken !== undefined) {
    const clientId = settings.get('oauth-client-id');
    if (clientId === undefined) throw missingOption(request, 'oauth-client-id');
    const tokenUrl = settings.get('oauth-token-url') ?? provider.tokenUrl;
    const clientSecret = settings.get('oauth-client-secret');
    return shareTokens(refreshTokens(http, { tokenUrl, clientId, clientSecret, refreshToken }));
  }
  const serviceUrl = settings.get('oauth-url');
  const { module, keepsAuthid = false } = provider;
  const authid = settings.get('authid');
  if (authid === undefined) {
    throw new DestinationError(
      'destination-incomplete',
      `A ${url.scheme}:// destination needs the option --authid.`,
      {
        details: { scheme: url.scheme, option: 'authid' },
        hint: `Get one at ${authidAddress(serviceUrl, module)}, or use an application of your own with --oauth-refresh-token.`,
      },
    );
  }
  return shareTokens(authidTokens(http, { authid, serviceUrl, module, keepsAuthid }));
}
