import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { silentLog } from '../../../src/base/index.ts';
import { authorizeByBrowser } from '../../../src/destinations/index.ts';
import { resolveProgramOptions } from '../../../src/options/index.ts';
import { type FakeRequest, FakeService } from '../../support/servers/fake-service.ts';
import { freePort } from '../../support/servers/server-process.ts';

interface Asked {
  /** What the application got, or why it got nothing. */
  readonly outcome: Promise<string>;
  readonly address: URL;
  readonly service: FakeService;
}

async function ask(t: TestContext, scheme: string, signal?: AbortSignal): Promise<Asked> {
  const service = await FakeService.start(exchange);
  t.after(() => service.stop());
  const settings = resolveProgramOptions({
    commandLine: new Map([
      ['oauth-client-id', 'own-application'],
      ['oauth-client-secret', 'own-secret'],
      ['oauth-redirect-port', String(await freePort())],
      ['oauth-token-url', `${service.url}/token`],
    ]),
  });
  const { promise, resolve } = Promise.withResolvers<string>();
  const outcome = authorizeByBrowser({ scheme, settings, log: silentLog, signal, onAddress: resolve });
  outcome.catch(() => {});
  const address = await Promise.race([promise, outcome.then(() => '')]);
  return { outcome, address: new URL(address), service };
}

function exchange({ body }: FakeRequest): { status: number; body: unknown } {
  const form = new URLSearchParams(String(body));
  if (form.get('code') !== 'the-code') return { status: 400, body: { error: 'invalid_grant' } };
  return { status: 200, body: { access_token: 'a', refresh_token: `for ${form.get('client_id')}` } };
}

function redirectOf({ searchParams }: URL, answer: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams({ state: searchParams.get('state') ?? '', ...answer });
  return `${searchParams.get('redirect_uri')}?${query}`;
}

test('authorizeByBrowser() exchanges the code that the browser brings, and proves who asked for it', async (t) => {
  const { outcome, address, service } = await ask(t, 'googledrive');
  assert.equal(address.origin, 'https://accounts.google.com');
  assert.equal(address.searchParams.get('access_type'), 'offline');
  const stranger = await fetch(redirectOf(address, { state: 'of-a-stranger', code: 'x' }));
  assert.equal(stranger.status, 400);
  const answer = await fetch(redirectOf(address, { code: 'the-code' }));
  assert.match(await answer.text(), /close this page/);
  assert.equal(await outcome, 'for own-application');
  const form = new URLSearchParams(String(service.requests[0]?.body));
  const challenge = await crypto.subtle.digest('SHA-256', Buffer.from(form.get('code_verifier') ?? ''));
  assert.equal(Buffer.from(challenge).toString('base64url'), address.searchParams.get('code_challenge'));
  assert.equal(form.get('client_secret'), 'own-secret');
});

test('authorizeByBrowser() tells why there is no permission', async (t) => {
  const denied = await ask(t, 'onedrivev2');
  await fetch(redirectOf(denied.address, { error: 'access_denied', error_description: 'The user said no' }));
  await assert.rejects(denied.outcome, { code: 'destination-refused', message: /The user said no/ });
  const wrong = await ask(t, 'dropbox');
  await fetch(redirectOf(wrong.address, { code: 'another' }));
  await assert.rejects(wrong.outcome, { code: 'destination-refused', message: /invalid_grant/ });
});

/** Answers of a provider to the question whether somebody gave permission, in their order; the last one stays. */
async function askByCode(
  t: TestContext,
  answers: readonly { readonly status: number; readonly body: object }[],
  options: { readonly scheme?: string; readonly signal?: AbortSignal } = {},
): Promise<{ readonly token: string; readonly shown: readonly unknown[]; readonly service: FakeService }> {
  const left = [...answers];
  const service = await FakeService.start(({ url }) => {
    if (url.pathname === '/device') return { status: 200, body: DEVICE_ANSWER };
    return (left.length > 1 ? left.shift() : left[0]) ?? { status: 500 };
  });
  t.after(() => service.stop());
  const settings = resolveProgramOptions({
    commandLine: new Map([
      ['oauth-client-id', 'own-application'],
      ['oauth-device-code', 'true'],
      ['oauth-token-url', `${service.url}/token`],
      ['oauth-device-url', `${service.url}/device`],
    ]),
  });
  const { scheme = 'onedrivev2', signal } = options;
  const shown: unknown[] = [];
  const onAddress = (...told: readonly unknown[]): void => void shown.push(...told);
  const token = await authorizeByBrowser({ scheme, settings, log: silentLog, signal, onAddress });
  return { token, shown, service };
}

const DEVICE_ANSWER = {
  device_code: 'the-device-code',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://microsoft.com/devicelogin',
  interval: 0,
  expires_in: 900,
};
const PENDING = { status: 400, body: { error: 'authorization_pending', error_description: 'Not yet.' } };

test('authorizeByBrowser() waits for a code to be entered on another machine', async (t) => {
  const given = { status: 200, body: { access_token: 'a', refresh_token: 'the-refresh-token' } };
  const { token, shown, service } = await askByCode(t, [PENDING, { ...PENDING, status: 428 }, given]);
  assert.equal(token, 'the-refresh-token');
  assert.deepEqual(shown, ['https://microsoft.com/devicelogin', 'ABCD-EFGH']);
  const [device, first] = service.requests.map(({ body }) => new URLSearchParams(String(body)));
  assert.match(device?.get('scope') ?? '', /offline_access/);
  assert.equal(first?.get('device_code'), 'the-device-code');
  assert.equal(first?.get('grant_type'), 'urn:ietf:params:oauth:grant-type:device_code');
});

test('authorizeByBrowser() tells when no permission was given by code', async (t) => {
  const denied = { status: 400, body: { error: 'expired_token', error_description: 'Too late.' } };
  await assert.rejects(askByCode(t, [PENDING, denied]), {
    code: 'destination-refused',
    message: /Too late/,
    hint: /before the code expires/,
  });
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = askByCode(t, [PENDING], { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(waiting, reason);
});

test('authorizeByBrowser() says which providers know no codes', async () => {
  const settings = resolveProgramOptions({
    commandLine: new Map([
      ['oauth-client-id', 'own-application'],
      ['oauth-device-code', 'true'],
    ]),
  });
  const order = { scheme: 'dropbox', settings, log: silentLog, onAddress: () => {} };
  await assert.rejects(authorizeByBrowser(order), {
    code: 'destination-unknown-scheme',
    hint: /--oauth-device-code/,
  });
});

test('authorizeByBrowser() ends with the signal, and knows its schemes', async (t) => {
  const controller = new AbortController();
  const { outcome } = await ask(t, 'box', controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(outcome, reason);
  await assert.rejects(ask(t, 'webdav'), { code: 'destination-unknown-scheme', hint: /googledrive/ });
});
