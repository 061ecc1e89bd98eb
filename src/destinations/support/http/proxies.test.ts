import assert from 'node:assert/strict';
import test from 'node:test';
import { programOptions, resolveOptions } from '../../../options/index.ts';
import { proxyFailure, readProxies } from './proxies.ts';

function read(proxy: string): string | undefined {
  const stored = new Map([['https-proxy', proxy]]);
  return readProxies(resolveOptions(programOptions, { stored })).https_proxy;
}

test('readProxies() takes addresses with and without a scheme', () => {
  assert.equal(read('http://user:secret@proxy:3128'), 'http://user:secret@proxy:3128');
  assert.equal(read('proxy:3128'), 'http://proxy:3128');
  assert.equal(read('https://proxy'), 'https://proxy');
});

for (const proxy of ['socks5://user:secret@proxy:1080', 'http://', 'http://a b', 'ftp://proxy']) {
  test(`readProxies() refuses ${proxy}, and does not show it`, () => {
    assert.throws(
      () => read(proxy),
      (error: Error & { code: string }) =>
        error.code === 'destination-refused' && !error.message.includes('secret'),
    );
  });
}

test('proxyFailure() knows a proxy that does not answer from a host that does not', () => {
  const proxies = { https_proxy: 'http://user:secret@127.0.0.1:3128' };
  const refusedAt = (port: number): Error =>
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', address: '127.0.0.1', port });
  assert.match(
    String(proxyFailure(refusedAt(3128), 'storage:443', proxies)?.message),
    /^Cannot reach the proxy 127\.0\.0\.1:3128 on the way to storage:443: nothing listens/,
  );
  assert.equal(proxyFailure(refusedAt(443), 'storage:443', proxies), undefined);
  assert.equal(proxyFailure(refusedAt(443), 'storage:443', {}), undefined);
});

test('proxyFailure() tells what the proxy answered, and whether trying again may help', () => {
  for (const [answer, code] of [
    ['407 Proxy Authentication Required', 'destination-refused'],
    ['503 Service Unavailable', 'destination-unreachable'],
  ] as const) {
    const text = `Failed to establish tunnel to storage:443 via http://127.0.0.1:3128/: HTTP/1.1 ${answer}`;
    const error = proxyFailure(Object.assign(new Error(text), { code: 'ERR_PROXY_TUNNEL' }), 'storage', {});
    assert.equal(error?.code, code);
    assert.ok(error?.message.endsWith(`it answered ${answer}.`));
  }
});
