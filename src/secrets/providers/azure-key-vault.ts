import type { OpenProvider, ProviderDescriptor, ProviderUrl } from '../provider.ts';
import { requireParameter } from '../provider-url.ts';
import { SecretError } from '../secret-error.ts';
import { textAt } from '../support/json.ts';
import { requestJson } from '../support/request-json.ts';
import { readEach } from '../support/search-vaults.ts';
import { createAzureLogin } from './azure-login.ts';

export const AZURE_KEY_VAULT: ProviderDescriptor = {
  scheme: 'azkv',
  displayName: 'Azure Key Vault',
  urlForms: ['azkv://?keyvault-name=my-vault'],
  parameters: {
    'keyvault-name': 'the name of the vault',
    'vault-uri': 'its whole address, in the place of the name',
    'auth-type':
      'how to log in: ManagedIdentity (default; also what `az login` left), ClientSecret, UsernamePassword',
    'tenant-id': 'the directory to log in to',
    'client-id': 'the application to log in as',
    'client-secret': 'its secret',
    username: 'the person to log in as',
    password: 'their password',
  },
  canStore: true,
};

const API_VERSION = '7.4';

/** Each secret is one text, over the REST API of Key Vault. */
export const openAzureKeyVault: OpenProvider = (url, context) => {
  const baseUrl = addressOf(url);
  const logIn = createAzureLogin(url, context);
  const ask = async (name: string, body?: string) =>
    requestJson({
      service: AZURE_KEY_VAULT.displayName,
      url: `${baseUrl}/secrets/${encodeURIComponent(checkName(name))}?api-version=${API_VERSION}`,
      headers: { authorization: `Bearer ${await logIn()}`, 'content-type': 'application/json' },
      signal: context.signal,
      ...(body === undefined ? { expected: [404] } : { method: 'PUT', body }),
    });
  return {
    read: (names) => readEach(names, async (name) => textAt((await ask(name)).json, 'value')),
    store: async (name, value) => void (await ask(name, JSON.stringify({ value }))),
  };
};

function addressOf(url: ProviderUrl): string {
  const given = url.query['vault-uri'];
  const address = given ?? `https://${requireParameter(url, 'keyvault-name')}.vault.azure.net`;
  if (URL.canParse(address)) return address.replace(/\/+$/, '');
  throw new SecretError('secret-provider-invalid', "The 'vault-uri' of the secret provider is no address.", {
    hint: 'It looks like https://my-vault.vault.azure.net.',
  });
}

/** The service takes no other names, and says so in a way that nobody understands. */
function checkName(name: string): string {
  if (/^[0-9a-z-]{1,127}$/i.test(name)) return name;
  throw new SecretError('secret-provider-invalid', `Azure Key Vault can hold no secret called '${name}'.`, {
    details: { name },
    hint: 'Its names have letters, digits and hyphens only.',
  });
}
