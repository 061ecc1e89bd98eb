import type { AuthorizationOrder } from './support/oauth/authorization-order.ts';

/**
 * Gets a refresh token for an application of the user's own: a person gives permission in a browser, which
 * brings a code to a port of this machine, and the code is exchanged (RFC 6749 with the proof of RFC 7636);
 * with `oauth-device-code` the person enters a code in a browser on any machine (RFC 8628). Throws
 * `destination-unknown-scheme` for destinations that know no such permission, `destination-incomplete`
 * without `oauth-client-id`, and `destination-refused`.
 */
export async function authorizeByBrowser(order: AuthorizationOrder): Promise<string> {
  // Loaded only here, like the destinations themselves.
  const { authorize } = await import('./support/oauth/authorize.ts');
  return authorize(order);
}
