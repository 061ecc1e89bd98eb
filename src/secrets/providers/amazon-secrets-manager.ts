import { createHash, randomUUID } from 'node:crypto';
import { systemClock } from '../../base/index.ts';
import { type AwsKey, signAwsRequest } from '../../crypto/index.ts';
import type { OpenProvider, ProviderDescriptor, ProviderUrl, SecretContext } from '../provider.ts';
import { isOn, requireParameter, splitParameter } from '../provider-url.ts';
import { textAt, textsOf, tryParseJson } from '../support/json.ts';
import { type JsonAnswer, requestJson } from '../support/request-json.ts';
import { searchVaults } from '../support/search-vaults.ts';

export const AMAZON_SECRETS_MANAGER: ProviderDescriptor = {
  scheme: 'awssm',
  displayName: 'AWS Secrets Manager',
  urlForms: ['awssm://?region=eu-west-1&secrets=backup'],
  parameters: {
    secrets: 'the secrets that hold the pairs, searched in their order',
    region: 'the region of the secrets; else the environment variable AWS_REGION',
    'service-url': 'the address of the service, in the place of a region',
    'access-id': 'the key to log in with; else the environment variable AWS_ACCESS_KEY_ID',
    'secret-key': 'its secret; else the environment variable AWS_SECRET_ACCESS_KEY',
    'case-sensitive': 'whether names are told apart by case',
  },
  canStore: true,
};

interface Service {
  readonly url: URL;
  readonly key: AwsKey;
  readonly sessionToken: string | undefined;
  readonly signal: AbortSignal;
}

/** Secrets that are JSON objects of pairs, over the API of AWS Secrets Manager. */
export const openAmazonSecretsManager: OpenProvider = (url, context) => {
  const vaults = splitParameter(requireParameter(url, 'secrets'));
  const service = readService(url, context);
  const readVault = async (vault: string) => textsOf(await readPairs(service, vault));
  return {
    read: (names) => searchVaults(names, { vaults, isCaseSensitive: isOn(url, 'case-sensitive'), readVault }),
    store: async (name, value) => {
      const [vault = ''] = vaults;
      const pairs = await readPairs(service, vault);
      const SecretString = JSON.stringify({ ...(typeof pairs === 'object' ? pairs : {}), [name]: value });
      await call(service, 'PutSecretValue', {
        SecretId: vault,
        SecretString,
        ClientRequestToken: randomUUID(),
      });
    },
  };
};

function readService(url: ProviderUrl, { environment, signal }: SecretContext): Service {
  const keyId = requireParameter(url, 'access-id', {
    variable: 'AWS_ACCESS_KEY_ID',
    value: environment['AWS_ACCESS_KEY_ID'],
  });
  const secret = requireParameter(url, 'secret-key', {
    variable: 'AWS_SECRET_ACCESS_KEY',
    value: environment['AWS_SECRET_ACCESS_KEY'],
  });
  const address = url.query['service-url'];
  const region = requireParameter(url, 'region', {
    variable: 'AWS_REGION',
    value:
      environment['AWS_REGION'] ??
      environment['AWS_DEFAULT_REGION'] ??
      (address === undefined ? undefined : regionIn(address)),
  });
  return {
    url: new URL(address ?? `https://secretsmanager.${region}.amazonaws.com/`),
    key: { keyId, secret, region, service: 'secretsmanager' },
    sessionToken: environment['AWS_SESSION_TOKEN'],
    signal,
  };
}

function regionIn(address: string): string {
  return /^https:\/\/secretsmanager\.([a-z0-9-]+)\.amazonaws\.com/.exec(address)?.[1] ?? 'us-east-1';
}

/** The JSON of a secret; `undefined` for one that is not there. */
async function readPairs(service: Service, vault: string): Promise<unknown> {
  const { json } = await call(service, 'GetSecretValue', { SecretId: vault });
  const text = textAt(json, 'SecretString');
  return text === undefined ? undefined : tryParseJson(text);
}

async function call(service: Service, action: string, input: object): Promise<JsonAnswer> {
  const { url, key, sessionToken, signal } = service;
  const body = JSON.stringify(input);
  const headers = signAwsRequest(
    {
      method: 'POST',
      url,
      query: '',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `secretsmanager.${action}`,
        ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
      },
      nowMs: systemClock.now(),
      payloadHash: createHash('sha256').update(body).digest('hex'),
    },
    key,
  );
  return requestJson({
    service: AMAZON_SECRETS_MANAGER.displayName,
    method: 'POST',
    url: url.href,
    headers,
    body,
    signal,
    isAnswer: ({ json }) => /ResourceNotFoundException$/.test(textAt(json, '__type') ?? ''),
  });
}
