import type { ProviderUrl, SecretContext } from '../provider.ts';
import { requireParameter } from '../provider-url.ts';
import { SecretError } from '../secret-error.ts';
import { textAt, tryParseJson } from '../support/json.ts';
import { requestJson } from '../support/request-json.ts';
import { runTool } from '../support/run-tool.ts';

const SERVICE = 'The login of Azure';
const RESOURCE = 'https://vault.azure.net';
/** The address that every machine in Azure, and no other, finds its own service at. */
const MACHINE_SERVICE = 'http://169.254.169.254';
const MACHINE_TIMEOUT_MS = 2000;

/** The token that requests to a key vault carry, asked for once. */
export function createAzureLogin(url: ProviderUrl, context: SecretContext): () => Promise<string> {
  const ask = chooseLogin(url, context);
  let token: Promise<string> | undefined;
  return () => {
    token ??= ask();
    return token;
  };
}

function chooseLogin(url: ProviderUrl, context: SecretContext): () => Promise<string> {
  const type = url.query['auth-type'] ?? 'ManagedIdentity';
  switch (type.toLowerCase()) {
    case 'clientsecret':
      return () => exchange(url, context, clientForm(url));
    case 'usernamepassword':
      return () => exchange(url, context, personForm(url));
    case 'managedidentity':
      return () => askSurroundings(url, context);
    default:
      throw new SecretError('secret-provider-invalid', `There is no login '${type}' for Azure Key Vault.`, {
        details: { authType: type },
        hint: "'auth-type' is ManagedIdentity, ClientSecret or UsernamePassword.",
      });
  }
}

function clientForm(url: ProviderUrl): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: requireParameter(url, 'client-id'),
    client_secret: requireParameter(url, 'client-secret'),
  };
}

function personForm(url: ProviderUrl): Record<string, string> {
  return {
    grant_type: 'password',
    client_id: requireParameter(url, 'client-id'),
    username: requireParameter(url, 'username'),
    password: requireParameter(url, 'password'),
  };
}

/** As Azure's own libraries look for a login: the environment, the machine, and what `az login` left. */
async function askSurroundings(url: ProviderUrl, context: SecretContext): Promise<string> {
  const { environment } = context;
  const [tenant, client, secret] = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'].map(
    (name) => environment[name] ?? '',
  );
  if (tenant && client && secret) {
    const query = { ...url.query, 'tenant-id': tenant, 'client-id': client, 'client-secret': secret };
    const known = { ...url, query };
    return exchange(known, context, clientForm(known));
  }
  try {
    return await askMachine(url, context);
  } catch (error) {
    if (!(error instanceof SecretError) || environment['IDENTITY_ENDPOINT'] !== undefined) throw error;
    return askProgram(context);
  }
}

async function askMachine({ query }: ProviderUrl, { environment, signal }: SecretContext): Promise<string> {
  const client = query['client-id'];
  const parameters = new URLSearchParams({
    resource: RESOURCE,
    ...(client === undefined ? {} : { client_id: client }),
  });
  const endpoint = environment['IDENTITY_ENDPOINT'];
  const host = environment['AZURE_POD_IDENTITY_AUTHORITY_HOST'] ?? MACHINE_SERVICE;
  const { json } =
    endpoint === undefined
      ? await requestJson({
          service: SERVICE,
          url: `${host}/metadata/identity/oauth2/token?api-version=2018-02-01&${parameters}`,
          headers: { metadata: 'true' },
          signal,
          timeoutMs: MACHINE_TIMEOUT_MS,
        })
      : await requestJson({
          service: SERVICE,
          url: `${endpoint}?api-version=2019-08-01&${parameters}`,
          headers: { 'x-identity-header': environment['IDENTITY_HEADER'] ?? '' },
          signal,
        });
  return tokenIn(json, 'access_token');
}

async function askProgram(context: SecretContext): Promise<string> {
  const { output } = await runTool(
    {
      program: 'az',
      arguments: ['account', 'get-access-token', '--resource', RESOURCE, '--output', 'json'],
      hint: "This machine has no identity in Azure. Install Azure's command line and use `az login`, or give 'auth-type' with its login.",
    },
    context,
  );
  return tokenIn(tryParseJson(output), 'accessToken');
}

async function exchange(
  url: ProviderUrl,
  { environment, signal }: SecretContext,
  form: Record<string, string>,
): Promise<string> {
  const authority = environment['AZURE_AUTHORITY_HOST'] ?? 'https://login.microsoftonline.com';
  const tenant = encodeURIComponent(requireParameter(url, 'tenant-id'));
  const { json } = await requestJson({
    service: SERVICE,
    method: 'POST',
    url: `${authority.replace(/\/+$/, '')}/${tenant}/oauth2/v2.0/token`,
    body: new URLSearchParams({ ...form, scope: `${RESOURCE}/.default` }),
    signal,
  });
  return tokenIn(json, 'access_token');
}

function tokenIn(json: unknown, field: string): string {
  const token = textAt(json, field);
  if (token !== undefined) return token;
  throw new SecretError('secret-provider-refused', 'Azure gave no token for the key vault.', {
    hint: 'Check what the secret provider is given to log in with, or use `az login`.',
  });
}
