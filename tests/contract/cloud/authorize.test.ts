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

test('authorizeByBrowser() ends with the signal, and knows its schemes', async (t) => {
  const controller = new AbortController();
  const { outcome } = await ask(t, 'box', controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(outcome, reason);
  await assert.rejects(ask(t, 'webdav'), { code: 'destination-unknown-scheme', hint: /googledrive/ });
});
