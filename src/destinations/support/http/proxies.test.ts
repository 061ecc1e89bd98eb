import assert from 'node:assert/strict';
import test from 'node:test';
import { type ProxyAddress, parseProxyAddress } from '../../../base/proxies/index.ts';
import { programOptions, resolveOptions } from '../../../options/index.ts';
import { proxyFailure, readProxies } from './proxies.ts';

function read(proxy: string): ProxyAddress | undefined {
  const stored = new Map([['https-proxy', proxy]]);
  return readProxies(resolveOptions(programOptions, { stored })).https;
}

test('readProxies() takes proxies of HTTP and of SOCKS', () => {
  assert.equal(read('proxy:3128')?.host, 'proxy:3128');
  assert.equal(read('socks5h://user:secret@proxy')?.host, 'proxy:1080');
  assert.equal(read(''), undefined);
});

for (const proxy of ['ftp://user:secret@proxy', 'http://', 'http://a b']) {
  test(`readProxies() refuses ${proxy}, and does not show it`, () => {
    assert.throws(
      () => read(proxy),
      (error: Error & { code: string }) =>
        error.code === 'destination-refused' && !error.message.includes('secret'),
    );
  });
}

test('proxyFailure() knows a proxy that does not answer from a host that does not', () => {
  const proxy = parseProxyAddress('http://user:secret@127.0.0.1:3128');
  const refusedAt = (port: number): Error =>
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', address: '127.0.0.1', port });
  assert.match(
    String(proxyFailure(refusedAt(3128), 'storage:443', proxy)?.message),
    /^Cannot reach the proxy 127\.0\.0\.1:3128 on the way to storage:443: nothing listens/,
  );
  assert.equal(proxyFailure(refusedAt(443), 'storage:443', proxy), undefined);
  assert.equal(proxyFailure(refusedAt(443), 'storage:443', undefined), undefined);
});

test('proxyFailure() tells what the proxy answered, and whether trying again may help', () => {
  const proxy = parseProxyAddress('http://127.0.0.1:3128');
  for (const [answer, code] of [
    ['407 Proxy Authentication Required', 'destination-refused'],
    ['503 Service Unavailable', 'destination-unreachable'],
  ] as const) {
    const text = `Failed to establish tunnel to storage:443 via http://127.0.0.1:3128/: HTTP/1.1 ${answer}`;
    const error = proxyFailure(
      Object.assign(new Error(text), { code: 'ERR_PROXY_TUNNEL' }),
      'storage',
      proxy,
    );
    assert.equal(error?.code, code);
    assert.ok(error?.message.endsWith(`it answered ${answer}.`));
  }
});
