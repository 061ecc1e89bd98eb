import { systemClock } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import {
  discardBody,
  type HttpClient,
  type HttpResponse,
  headerOf,
  readFailure,
  readText,
} from '../support/http/index.ts';
import { isRecord, listAt, recordAt, textAt } from '../support/json.ts';
import type { SwiftLogin } from './login-settings.ts';

/** What a login gave: where the storage is, and what opens it. */
export interface SwiftSession {
  /** Without a slash at its end. */
  readonly storageUrl: string;
  readonly token: string;
  /** From then on a new login is due. */
  readonly endsAtMs: number;
}

/** Tokens are renewed this long before they end. */
const MARGIN_MS = 30_000;
/** Where a service does not say how long its tokens live. */
const USUAL_LIFE_MS = 60 * 60_000;

/**
 * Logs in. Throws `destination-refused` for a wrong login, and where there is no storage in the catalogue
 * that the service gives.
 */
export async function logIn(http: HttpClient, login: SwiftLogin): Promise<SwiftSession> {
  if (login.version === 'v1') return logInV1(http, login);
  return login.version === 'v2' ? logInV2(http, login) : logInV3(http, login);
}

type LoginOf<V extends SwiftLogin['version']> = Extract<SwiftLogin, { readonly version: V }>;

async function logInV1(http: HttpClient, { url, user, key }: LoginOf<'v1'>): Promise<SwiftSession> {
  const headers = { 'x-auth-user': user, 'x-auth-key': key };
  const response = await http.send({ method: 'GET', url, headers, limit: 'short' });
  const [storageUrl, token] = [headerOf(response, 'x-storage-url'), headerOf(response, 'x-auth-token')];
  if (response.status >= 300 || storageUrl === undefined || token === undefined)
    throw await refused(response, key);
  await discardBody(response);
  return session(storageUrl, token, undefined);
}

async function logInV2(http: HttpClient, login: LoginOf<'v2'>): Promise<SwiftSession> {
  const { user: username, secret, tenant } = login;
  const credentials =
    secret.kind === 'key'
      ? { 'RAX-KSKEY:apiKeyCredentials': { username, apiKey: secret.value } }
      : { passwordCredentials: { username, password: secret.value } };
  const auth = { ...credentials, ...(tenant === undefined ? {} : { tenantName: tenant }) };
  const { body } = await post(http, login.url, 'tokens', { auth }, secret.value);
  const access = recordAt(body, 'access');
  const token = recordAt(access, 'token');
  const endpoints = endpointsOf(listAt(access, 'serviceCatalog')).map((endpoint) => ({
    region: textAt(endpoint, 'region'),
    url: textAt(endpoint, 'publicURL'),
  }));
  const url = chooseEndpoint(endpoints, login.region);
  return session(url, textAt(token, 'id') ?? '', textAt(token, 'expires'));
}

async function logInV3(http: HttpClient, login: LoginOf<'v3'>): Promise<SwiftSession> {
  const { user: name, password, tenant, region } = login;
  const domain = { name: login.domain };
  const identity = { methods: ['password'], password: { user: { name, password, domain } } };
  const auth = { identity, scope: { project: { name: tenant, domain } } };
  const { body, response } = await post(http, login.url, 'auth/tokens', { auth }, password);
  const token = recordAt(body, 'token');
  const endpoints = endpointsOf(listAt(token, 'catalog'))
    .filter((endpoint) => textAt(endpoint, 'interface') === 'public')
    .map((endpoint) => ({
      region: textAt(endpoint, 'region_id') ?? textAt(endpoint, 'region'),
      url: textAt(endpoint, 'url'),
    }));
  const url = chooseEndpoint(endpoints, region);
  return session(url, headerOf(response, 'x-subject-token') ?? '', textAt(token, 'expires_at'));
}

async function post(
  http: HttpClient,
  base: URL,
  path: string,
  content: unknown,
  secret: string,
): Promise<{ readonly body: unknown; readonly response: HttpResponse }> {
  const url = new URL(`${base.href.replace(/\/+$/, '')}/${path}`);
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify(content);
  const response = await http.send({ method: 'POST', url, headers, body, limit: 'short' });
  if (response.status >= 300) throw await refused(response, secret);
  const text = await readText(response);
  try {
    return { body: JSON.parse(text), response };
  } catch (cause) {
    throw new DestinationError('destination-refused', `${url.host} does not answer as an identity service.`, {
      hint: 'Check openstack-authuri and openstack-version.',
      cause,
    });
  }
}

function refused(response: HttpResponse, secret: string): Promise<DestinationError> {
  return readFailure(response, { action: 'log in', secrets: [secret] });
}

function endpointsOf(catalog: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] {
  return catalog
    .filter((service) => textAt(service, 'type') === 'object-store')
    .flatMap((service) => listAt(service, 'endpoints'))
    .filter(isRecord);
}

function chooseEndpoint(
  endpoints: readonly { readonly region: string | undefined; readonly url: string | undefined }[],
  region: string | undefined,
): string {
  const chosen =
    endpoints.find(
      (endpoint) => region !== undefined && endpoint.region?.toLowerCase() === region.toLowerCase(),
    ) ?? endpoints[0];
  if (chosen?.url !== undefined) return chosen.url;
  throw new DestinationError(
    'destination-refused',
    'The identity service offers no object storage to this user.',
  );
}

function session(storageUrl: string, token: string, expires: string | undefined): SwiftSession {
  const nowMs = systemClock.now();
  const endMs = Date.parse(expires ?? '');
  return {
    storageUrl: storageUrl.replace(/\/+$/, ''),
    token,
    endsAtMs: (Number.isNaN(endMs) ? nowMs + USUAL_LIFE_MS : endMs) - MARGIN_MS,
  };
}
