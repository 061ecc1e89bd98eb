import { createHash, randomBytes } from 'node:crypto';
import { DestinationError } from '../../destination-error.ts';
import { HttpClient, readHttpSettings } from '../http/index.ts';
import { requiredText } from '../json.ts';
import type { AuthorizationOrder } from './authorization-order.ts';
import { authorizeByCode } from './authorize-by-code.ts';
import { awaitRedirect } from './await-redirect.ts';
import { GRANTS, type Grant } from './grants.ts';
import { postForm } from './refresh-token.ts';

/** The work of the door `authorizeByBrowser`. */
export async function authorize(order: AuthorizationOrder): Promise<string> {
  const { scheme, settings } = order;
  const grant = grantOf(scheme);
  const clientId = settings.get('oauth-client-id');
  if (clientId === undefined) {
    throw new DestinationError('destination-incomplete', 'The option --oauth-client-id is needed.', {
      details: { scheme, option: 'oauth-client-id' },
      hint: 'Register an application with the provider; its address for answers is http://localhost:53682/.',
    });
  }
  return settings.get('oauth-device-code')
    ? authorizeByCode(order, grant, clientId)
    : authorizeByRedirect(order, grant, clientId);
}

/** The browser brings the permission to a port of this machine. */
async function authorizeByRedirect(
  order: AuthorizationOrder,
  grant: Grant,
  clientId: string,
): Promise<string> {
  const { settings, log } = order;
  const port = settings.get('oauth-redirect-port');
  const redirectUri = `http://localhost:${port}/`;
  const [state, verifier] = [randomBytes(16), randomBytes(32)].map((bytes) => bytes.toString('base64url'));
  const proof = { state: state ?? '', verifier: verifier ?? '' };
  const address = addressOf(grant, { clientId, redirectUri, ...proof });
  const redirect = { port, state: proof.state, onReady: () => order.onAddress(address.href) };
  const code = await awaitRedirect(redirect, order);
  using http = new HttpClient(readHttpSettings(settings), log);
  const clientSecret = settings.get('oauth-client-secret');
  const { body } = await postForm(http, {
    tokenUrl: settings.get('oauth-token-url') ?? grant.tokenUrl,
    form: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: proof.verifier,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    }),
    secrets: [code, clientSecret ?? ''],
    hint: 'Check the options --oauth-client-id and --oauth-client-secret.',
  });
  return requiredText(body, 'refresh_token');
}

function grantOf(scheme: string): Grant {
  const grant = Object.hasOwn(GRANTS, scheme) ? GRANTS[scheme] : undefined;
  if (grant !== undefined) return grant;
  throw new DestinationError(
    'destination-unknown-scheme',
    `Nobody gives permission in a browser for '${scheme}' destinations.`,
    { details: { scheme }, hint: `It can be ${Object.keys(GRANTS).join(', ')}.` },
  );
}

function addressOf(
  { authorizeUrl, scope, parameters }: Grant,
  question: {
    readonly clientId: string;
    readonly redirectUri: string;
    readonly state: string;
    readonly verifier: string;
  },
): URL {
  const url = new URL(authorizeUrl);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: question.clientId,
    redirect_uri: question.redirectUri,
    state: question.state,
    code_challenge: createHash('sha256').update(question.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(scope === undefined ? {} : { scope }),
    ...parameters,
  }).toString();
  return url;
}
