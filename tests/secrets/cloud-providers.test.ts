import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { signAwsRequest } from '../../src/crypto/index.ts';
import { openSecretProvider } from '../../src/secrets/index.ts';
import { type FakeHandler, type FakeRequest, FakeService } from '../support/servers/fake-service.ts';

async function start(t: TestContext, handle: FakeHandler): Promise<FakeService> {
  const service = await FakeService.start(handle);
  t.after(() => service.stop());
  t.after(() => assert.deepEqual(service.violations, []));
  return service;
}

function open(url: string, environment: Readonly<Record<string, string>> = {}) {
  const { signal } = new AbortController();
  return openSecretProvider(url, {
    environment: { HOME: '/nowhere', ...environment },
    signal,
    temporaryFolder: '/nowhere',
  });
}

const json = ({ body }: FakeRequest) => JSON.parse(body.toString('utf8'));
const form = ({ body }: FakeRequest) => Object.fromEntries(new URLSearchParams(body.toString('utf8')));
const NOT_THERE = { status: 404, body: { errors: [] } };

/** "KV Secrets Engine - Version 2 (API)", https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 */
function vault(pairs: Record<string, Record<string, string>>): FakeHandler {
  return (request) => {
    if (request.url.pathname === '/v1/auth/approle/login') {
      const isRight = json(request).role_id === 'role' && json(request).secret_id === 'right';
      return isRight
        ? { status: 200, body: { auth: { client_token: 'root' } } }
        : { status: 400, body: { errors: ['invalid role or secret ID'] } };
    }
    if (request.headers['x-vault-token'] !== 'root')
      return { status: 403, body: { errors: ['permission denied'] } };
    const name = request.url.pathname.replace(/^\/v1\/kv\/data\//, '');
    if (request.method === 'POST') {
      const { options, data } = json(request);
      if (options.cas !== (pairs[name] === undefined ? 0 : 7))
        return { status: 400, body: { errors: ['check-and-set'] } };
      pairs[name] = data;
      return { status: 200, body: { data: { version: 8 } } };
    }
    const data = pairs[name];
    return data === undefined
      ? NOT_THERE
      : { status: 200, body: { data: { data, metadata: { version: 7 } } } };
  };
}

test('hcv:// searches the secrets in their order, whatever the case of names', async (t) => {
  const service = await start(
    t,
    vault({ 'app/one': { Password: 'first' }, two: { password: 'second', other: 'x' } }),
  );
  const url = `hcv://${new URL(service.url).host}?connection-type=http&mount=kv&token=root&secrets=none,app/one,two`;
  assert.deepEqual([...(await open(url).read(['password', 'other', 'missing']))].sort(), [
    ['other', 'x'],
    ['password', 'first'],
  ]);
  assert.deepEqual(
    [...(await open(`${url}&case-sensitive=true`).read(['password']))],
    [['password', 'second']],
  );
  service.requests.length = 0;
  await open(url).read(['password']);
  assert.deepEqual(
    service.requests.map((request) => request.url.pathname),
    ['/v1/kv/data/none', '/v1/kv/data/app/one'],
  );
});

test('hcv:// logs in by role, and stores beside what is there', async (t) => {
  const pairs = { one: { a: '1' } };
  const service = await start(t, vault(pairs));
  const url = `hcv://${new URL(service.url).host}?connection-type=http&mount=kv&secrets=one`;
  const provider = open(url, { HCP_CLIENT_ID: 'role', HCP_CLIENT_SECRET: 'right', VAULT_TOKEN: 'unused' });
  await provider.store?.('b', '2');
  assert.deepEqual(pairs, { one: { a: '1', b: '2' } });
  await assert.rejects(open(url, { HCP_CLIENT_ID: 'role', HCP_CLIENT_SECRET: 'wrong' }).read(['a']), {
    code: 'secret-provider-refused',
  });
  await assert.rejects(open(url, { VAULT_TOKEN: 'wrong-token' }).read(['a']), (error: Error) => {
    assert.equal(Reflect.get(error, 'code'), 'secret-provider-refused');
    return !JSON.stringify(error).includes('wrong-token') && error.message.includes('permission denied');
  });
  assert.throws(() => open(url), { code: 'secret-provider-invalid' });
});

test('a service that is not there, or fails, cannot be asked', async (t) => {
  const service = await start(t, () => ({ status: 503, body: 'sealed' }));
  const url = `hcv://${new URL(service.url).host}?connection-type=http&token=x&secrets=one`;
  await assert.rejects(open(url).read(['a']), { code: 'secret-provider-unreachable', retryable: true });
  await assert.rejects(open('hcv://127.0.0.1:1?connection-type=http&token=x&secrets=one').read(['a']), {
    code: 'secret-provider-unreachable',
  });
});

/** "GetSecretValue" and "PutSecretValue", https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
function secretsManager(secrets: Record<string, string>): FakeHandler {
  return (request) => {
    const { authorization = '', 'x-amz-date': time = '' } = request.headers;
    const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
    const headers = Object.fromEntries(
      signed
        .filter((name) => !['host', 'x-amz-date'].includes(name))
        .map((name) => [name, String(request.headers[name])]),
    );
    const nowMs = Date.parse(String(time).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
    const expected = signAwsRequest(
      {
        method: 'POST',
        url: request.url,
        query: '',
        headers,
        nowMs,
        payloadHash: createHash('sha256').update(request.body).digest('hex'),
      },
      { keyId: 'id', secret: 'key', region: 'eu-west-1', service: 'secretsmanager' },
    );
    if (authorization !== expected['authorization'])
      return { status: 400, body: { __type: 'InvalidSignatureException' } };
    const { SecretId, SecretString, ClientRequestToken } = json(request);
    if (request.headers['x-amz-target'] === 'secretsmanager.PutSecretValue') {
      assert.ok(ClientRequestToken.length >= 32);
      secrets[SecretId] = SecretString;
      return { status: 200, body: {} };
    }
    assert.equal(request.headers['x-amz-target'], 'secretsmanager.GetSecretValue');
    const found = secrets[SecretId];
    if (found === undefined) return { status: 400, body: { __type: 'ResourceNotFoundException' } };
    return { status: 200, body: { SecretString: found } };
  };
}

test('awssm:// signs its requests, reads the pairs of secrets and stores one beside them', async (t) => {
  const secrets = { 'prod/backup': '{"Passphrase":"geheim"}' };
  const service = await start(t, secretsManager(secrets));
  const login = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
  const url = `awssm://?region=eu-west-1&service-url=${service.url}&secrets=none,prod/backup`;
  assert.deepEqual([...(await open(url, login).read(['passphrase', 'no']))], [['passphrase', 'geheim']]);
  await open(
    `awssm://?service-url=${service.url}&region=eu-west-1&secrets=prod/backup&access-id=id&secret-key=key`,
  ).store?.('b', '2');
  assert.equal(secrets['prod/backup'], '{"Passphrase":"geheim","b":"2"}');
  await assert.rejects(open(url, { ...login, AWS_SECRET_ACCESS_KEY: 'other' }).read(['a']), (error: Error) =>
    error.message.includes('InvalidSignatureException'),
  );
  assert.throws(() => open('awssm://?secrets=a', login), { code: 'secret-provider-invalid' });
});

/** "Access a secret version" and "Add a secret version", https://cloud.google.com/secret-manager/docs/reference/rest */
function secretManager(secrets: Record<string, string>): FakeHandler {
  return (request) => {
    const { pathname, searchParams } = request.url;
    if (pathname === '/token') {
      const { grant_type: grant } = form(request);
      const isKnown = ['urn:ietf:params:oauth:grant-type:jwt-bearer', 'refresh_token'].includes(grant ?? '');
      return isKnown
        ? { status: 200, body: { access_token: 'token', expires_in: 3600 } }
        : { status: 400, body: { error: 'invalid_grant' } };
    }
    if (request.headers.authorization !== 'Bearer token')
      return { status: 401, body: { error: { status: 'UNAUTHENTICATED' } } };
    const [, name = '', rest = ''] = /^\/v1\/projects\/p1\/secrets(?:\/([^/:]+))?(.*)$/.exec(pathname) ?? [];
    if (name === '' && request.method === 'POST') {
      secrets[searchParams.get('secretId') ?? ''] = '';
      return { status: 200, body: {} };
    }
    const value = secrets[name];
    if (value === undefined) return { status: 404, body: { error: { status: 'NOT_FOUND' } } };
    if (rest === ':addVersion') secrets[name] = Buffer.from(json(request).payload.data, 'base64').toString();
    else if (rest === '/versions/latest:access')
      return { status: 200, body: { payload: { data: Buffer.from(value).toString('base64') } } };
    return { status: 200, body: {} };
  };
}

test('gcsm:// reads and stores secrets, with a token or the key of a service account', async (t) => {
  const secrets: Record<string, string> = { pw: 'geheim' };
  const service = await start(t, secretManager(secrets));
  const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: service.url };
  const byToken = open('gcsm://?project-id=p1&access-token=token', environment);
  assert.deepEqual([...(await byToken.read(['pw', 'no']))], [['pw', 'geheim']]);
  await byToken.store?.('new', 'ü');
  assert.equal(secrets['new'], 'ü');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = {
    client_email: 'me@p1.example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${service.url}/token`,
  };
  const byKey = open(
    `gcsm://?project-id=p1&service-account-json=${encodeURIComponent(JSON.stringify(key))}`,
    environment,
  );
  assert.deepEqual([...(await byKey.read(['new']))], [['new', 'ü']]);
  await assert.rejects(open('gcsm://?project-id=p1&token=old', environment).read(['pw']), (error: Error) =>
    error.message.includes('UNAUTHENTICATED'),
  );
});

/**
 * "Get Secret" and "Set Secret", https://learn.microsoft.com/rest/api/keyvault/secrets; the tokens of "OAuth
 * 2.0 client credentials flow" and of managed identities.
 */
function keyVault(secrets: Record<string, string>): FakeHandler {
  return (request) => {
    const { pathname, searchParams } = request.url;
    if (pathname === '/tenant/oauth2/v2.0/token') {
      const fields = form(request);
      const isRight = fields['client_secret'] === 'right' || fields['password'] === 'right';
      if (!isRight) return { status: 401, body: { error: 'invalid_client' } };
      assert.equal(fields['scope'], 'https://vault.azure.net/.default');
      return { status: 200, body: { access_token: 'token' } };
    }
    if (pathname === '/identity') {
      assert.equal(request.headers['x-identity-header'], 'proof');
      return { status: 200, body: { access_token: 'token' } };
    }
    assert.equal(searchParams.get('api-version'), '7.4');
    if (request.headers.authorization !== 'Bearer token')
      return { status: 401, body: { error: { code: 'Unauthorized' } } };
    const name = pathname.replace('/secrets/', '');
    if (request.method === 'PUT') secrets[name] = json(request).value;
    const value = secrets[name];
    return value === undefined
      ? { status: 404, body: { error: { code: 'SecretNotFound' } } }
      : { status: 200, body: { value } };
  };
}

test('azkv:// logs in by client, person and machine, reads and stores', async (t) => {
  const secrets: Record<string, string> = { pw: 'geheim' };
  const service = await start(t, keyVault(secrets));
  const login = `azkv://?vault-uri=${service.url}&tenant-id=tenant&client-id=c`;
  const environment = { AZURE_AUTHORITY_HOST: service.url };
  const byClient = open(`${login}&auth-type=ClientSecret&client-secret=right`, environment);
  assert.deepEqual([...(await byClient.read(['pw', 'no']))], [['pw', 'geheim']]);
  const byPerson = open(`${login}&auth-type=UsernamePassword&username=u&password=right`, environment);
  await byPerson.store?.('new', '2');
  assert.equal(secrets['new'], '2');
  const byMachine = open(`azkv://?vault-uri=${service.url}`, {
    IDENTITY_ENDPOINT: `${service.url}/identity`,
    IDENTITY_HEADER: 'proof',
  });
  assert.deepEqual([...(await byMachine.read(['new']))], [['new', '2']]);
  await assert.rejects(
    open(`${login}&auth-type=ClientSecret&client-secret=wrong`, environment).read(['pw']),
    { code: 'secret-provider-refused' },
  );
  await assert.rejects(byMachine.read(['a_b']), { code: 'secret-provider-invalid' });
  assert.throws(() => open(`${login}&auth-type=Magic`), { code: 'secret-provider-invalid' });
});

test('openSecretProvider() refuses providers of other systems with the reason', () => {
  for (const [url, system] of [
    ['keychain://', 'macOS'],
    ['wincred://', 'Windows'],
  ] as const)
    assert.throws(
      () => open(url),
      (error: Error) => error.message.includes(system),
    );
  assert.throws(() => open('onepassword://'), { code: 'secret-provider-unknown' });
});
