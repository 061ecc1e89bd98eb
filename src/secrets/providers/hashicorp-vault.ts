import type { OpenProvider, ProviderDescriptor, ProviderUrl, SecretContext } from '../provider.ts';
import { isOn, requireParameter, splitParameter } from '../provider-url.ts';
import { SecretError } from '../secret-error.ts';
import { textAt, textsOf, valueAt } from '../support/json.ts';
import { type JsonAnswer, requestJson } from '../support/request-json.ts';
import { searchVaults } from '../support/search-vaults.ts';

export const HASHICORP_VAULT: ProviderDescriptor = {
  scheme: 'hcv',
  displayName: 'HashiCorp Vault',
  urlForms: ['hcv://host:8200?secrets=app1,app2'],
  parameters: {
    secrets: 'the secrets that hold the pairs, searched in their order',
    token: 'logs in; else the environment variable VAULT_TOKEN',
    'client-id':
      'the role to log in with, in the place of a token; else the environment variable HCP_CLIENT_ID',
    'client-secret': 'its secret; else the environment variable HCP_CLIENT_SECRET',
    mount: 'where the engine for pairs (version 2) is mounted; default secret',
    'connection-type': 'https, or http for a server on this machine',
    'case-sensitive': 'whether names are told apart by case',
  },
  canStore: true,
};

interface Server {
  readonly baseUrl: string;
  readonly mount: string;
  readonly signal: AbortSignal;
}

/** Pairs in the engine "KV version 2" of a Vault server, over its HTTP API. */
export const openHashicorpVault: OpenProvider = (url, context) => {
  const vaults = splitParameter(requireParameter(url, 'secrets'));
  const server = {
    baseUrl: `${url.query['connection-type']?.toLowerCase() === 'http' ? 'http' : 'https'}://${url.address.replace(/\/+$/, '')}`,
    mount: url.query['mount'] ?? 'secret',
    signal: context.signal,
  };
  const logIn = createLogin(server, url, context);
  const readVault = async (vault: string) =>
    textsOf(valueAt((await ask(server, { token: await logIn(), vault })).json, 'data', 'data'));
  return {
    read: (names) => searchVaults(names, { vaults, isCaseSensitive: isOn(url, 'case-sensitive'), readVault }),
    store: async (name, value) => {
      const [vault = ''] = vaults;
      const token = await logIn();
      const { json } = await ask(server, { token, vault });
      const pairs = valueAt(json, 'data', 'data');
      // The version that was read: what somebody else wrote meanwhile is not lost.
      const version = valueAt(json, 'data', 'metadata', 'version') ?? 0;
      const data = { ...(typeof pairs === 'object' ? pairs : {}), [name]: value };
      await ask(server, { token, vault, body: JSON.stringify({ options: { cas: version }, data }) });
    },
  };
};

async function ask(
  { baseUrl, mount, signal }: Server,
  { token, vault, body }: { readonly token: string; readonly vault: string; readonly body?: string },
): Promise<JsonAnswer> {
  const path = [mount, 'data', ...vault.split('/')].map(encodeURIComponent).join('/');
  return requestJson({
    service: HASHICORP_VAULT.displayName,
    url: `${baseUrl}/v1/${path}`,
    headers: { 'x-vault-token': token },
    signal,
    // A secret that is not there may yet be found under the next name.
    ...(body === undefined ? { expected: [404] } : { method: 'POST', body }),
  });
}

/** The token that was given, or one that a role is given for its secret (the login method "AppRole"). */
function createLogin(
  { baseUrl, signal }: Server,
  url: ProviderUrl,
  { environment }: SecretContext,
): () => Promise<string> {
  const clientId = url.query['client-id'] ?? environment['HCP_CLIENT_ID'];
  const given = url.query['token'] ?? (clientId === undefined ? environment['VAULT_TOKEN'] : undefined);
  if (given !== undefined && given !== '') return async () => given;
  if (clientId === undefined) requireParameter(url, 'token', { variable: 'VAULT_TOKEN' });
  const secret = requireParameter(url, 'client-secret', {
    variable: 'HCP_CLIENT_SECRET',
    value: environment['HCP_CLIENT_SECRET'],
  });
  return async () => {
    const { json } = await requestJson({
      service: HASHICORP_VAULT.displayName,
      method: 'POST',
      url: `${baseUrl}/v1/auth/approle/login`,
      body: JSON.stringify({ role_id: clientId, secret_id: secret }),
      signal,
    });
    const token = textAt(json, 'auth', 'client_token');
    if (token !== undefined) return token;
    throw new SecretError('secret-provider-refused', 'HashiCorp Vault gave no token for the role.', {
      hint: "Check 'client-id' and 'client-secret' of the secret provider.",
    });
  };
}
