import type { OpenProvider, ProviderDescriptor, ProviderUrl, SecretContext } from '../provider.ts';
import { requireParameter } from '../provider-url.ts';
import { textAt } from '../support/json.ts';
import { type JsonAnswer, requestJson } from '../support/request-json.ts';
import { readEach } from '../support/search-vaults.ts';
import { createGoogleLogin } from './google-login.ts';

export const GOOGLE_SECRET_MANAGER: ProviderDescriptor = {
  scheme: 'gcsm',
  displayName: 'Google Cloud Secret Manager',
  urlForms: ['gcsm://?project-id=my-project'],
  parameters: {
    'project-id': 'the project of the secrets',
    version: 'the version of the secrets; default latest',
    'access-token': 'a token to log in with',
    'service-account-file': 'the key file of a service account to log in with',
    'service-account-json': 'the same key itself',
    'api-type': 'taken for the sake of Duplicati; the service is always asked over HTTPS',
  },
  canStore: true,
};

/** Each secret is one text, over the REST API (version 1) of Secret Manager. */
export const openGoogleSecretManager: OpenProvider = (url, context) => {
  const project = encodeURIComponent(requireParameter(url, 'project-id'));
  const version = encodeURIComponent(url.query['version'] ?? 'latest');
  const ask = createAsk(url, context);
  const secrets = `/v1/projects/${project}/secrets`;
  return {
    read: (names) =>
      readEach(names, async (name) => {
        const { json } = await ask(`${secrets}/${encodeURIComponent(name)}/versions/${version}:access`);
        const data = textAt(json, 'payload', 'data');
        return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
      }),
    store: async (name, value) => {
      const path = `${secrets}/${encodeURIComponent(name)}`;
      const { status } = await ask(path);
      if (status === 404) {
        const created = { replication: { automatic: {} } };
        await ask(`${secrets}?secretId=${encodeURIComponent(name)}`, created);
      }
      await ask(`${path}:addVersion`, { payload: { data: Buffer.from(value, 'utf8').toString('base64') } });
    },
  };
};

function createAsk(
  url: ProviderUrl,
  context: SecretContext,
): (path: string, input?: object) => Promise<JsonAnswer> {
  const { environment, signal } = context;
  // The variable by which Google's own program is sent to another address.
  const override = environment['CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER'];
  const baseUrl = (override ?? 'https://secretmanager.googleapis.com').replace(/\/+$/, '');
  const logIn = createGoogleLogin(url, context);
  return async (path, input) =>
    requestJson({
      service: GOOGLE_SECRET_MANAGER.displayName,
      url: `${baseUrl}${path}`,
      headers: { authorization: `Bearer ${await logIn()}`, 'content-type': 'application/json' },
      signal,
      ...(input === undefined ? { expected: [404] } : { method: 'POST', body: JSON.stringify(input) }),
    });
}
