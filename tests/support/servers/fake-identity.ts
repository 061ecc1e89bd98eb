import { isDeepStrictEqual } from 'node:util';
import { type FakeAnswer, type FakeRequest, FakeService } from './fake-service.ts';
import type { SwiftAccess, SwiftServer } from './swift.ts';

export const TENANT = 'laptops';
const HOUR_MS = 60 * 60_000;
/** Where the storage is. In the region that the catalogue names before it, nothing listens. */
export const REGION = 'south';

/**
 * What becomes of a token: it is at its end already, good for an hour, or good for an hour by its word and
 * unknown to the storage.
 */
export type TokenFate = 'ended' | 'lasting' | 'unknown';

/**
 * The second login of OpenStack ("Identity API v2.0", which no Keystone since 2018 has) in front of Swift's
 * own old one, by password and by the API key of Rackspace. It answers 400 to whatever is not exactly one of
 * these two.
 */
export async function startFakeIdentity(
  swift: SwiftServer,
  nextFate: () => TokenFate = () => 'ended',
): Promise<FakeService> {
  const access = await swift.logIn();
  return FakeService.start((request) => answer(request, swift, () => accept(access, nextFate())));
}

function answer(
  { method, url, headers, body }: FakeRequest,
  swift: SwiftServer,
  welcome: () => FakeAnswer,
): FakeAnswer {
  if (method !== 'POST' || url.pathname !== '/v2.0/tokens') return refusal(404, 'itemNotFound');
  if (headers['content-type'] !== 'application/json') return refusal(400, 'badRequest');
  const { user: username, password } = swift;
  const logins = [
    { auth: { passwordCredentials: { username, password }, tenantName: TENANT } },
    { auth: { 'RAX-KSKEY:apiKeyCredentials': { username, apiKey: password }, tenantName: TENANT } },
  ];
  const given = String(body);
  if (logins.some((login) => isDeepStrictEqual(JSON.parse(given), login))) return welcome();
  const hasForm = logins.some((login) => isDeepStrictEqual(formOf(given), formOf(JSON.stringify(login))));
  return hasForm ? refusal(401, 'unauthorized') : refusal(400, 'badRequest');
}

function accept({ storageUrl, token }: SwiftAccess, fate: TokenFate): FakeAnswer {
  const serviceCatalog = [
    { type: 'compute', endpoints: [{ region: REGION, publicURL: 'http://127.0.0.1:9/compute' }] },
    {
      type: 'object-store',
      endpoints: [
        { region: 'north', publicURL: 'http://127.0.0.1:9/v1/AUTH_north' },
        { region: REGION, publicURL: storageUrl },
      ],
    },
  ];
  const expires = new Date(Date.now() + (fate === 'ended' ? 0 : HOUR_MS)).toISOString();
  const id = fate === 'unknown' ? `${token}-of-another-day` : token;
  return {
    status: 200,
    body: { access: { token: { id, expires, tenant: { name: TENANT } }, serviceCatalog } },
  };
}

function refusal(code: number, kind: string): FakeAnswer {
  return { status: code, body: { [kind]: { code, message: 'The request is not as it has to be.' } } };
}

/** JSON without what its texts say. */
function formOf(json: string): unknown {
  return JSON.parse(json, (_name, value: unknown) => (typeof value === 'string' ? '' : value));
}
