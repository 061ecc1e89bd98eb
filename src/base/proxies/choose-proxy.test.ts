import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseProxy, chooseProxyFor, isExcepted, parseProxies } from './choose-proxy.ts';

test('chooseProxy() takes the proxy of the protocol, else the one for all', () => {
  const proxies = parseProxies({ https: 'http://secure', all: 'socks5h://all', exceptions: '' });
  const hostOf = (url: string): string | undefined => chooseProxyFor(proxies, new URL(url))?.hostname;
  assert.equal(hostOf('https://storage/'), 'secure');
  assert.equal(hostOf('http://storage/'), 'all');
  assert.equal(chooseProxy(proxies, { protocol: 'SFTP', hostname: 'storage', port: 22 })?.hostname, 'all');
  const own = parseProxies({ http: 'http://plain', https: '' });
  assert.equal(chooseProxy(own, { protocol: 'SFTP', hostname: 'storage', port: 22 }), undefined);
  assert.equal(chooseProxyFor(own, new URL('https://storage/')), undefined);
});

for (const [exceptions, isThere, hosts] of [
  ['*', true, ['anything', '10.0.0.1']],
  ['example.org', true, ['example.org', 'Storage.Example.ORG', 'example.org.']],
  ['example.org', false, ['badexample.org', 'example.org.evil', 'org']],
  ['.example.org, *.example.net', true, ['storage.example.org', 'storage.example.net', 'example.net']],
  ['10.0.0.0/8 fd00::/8', true, ['10.1.2.3', '[fd12::1]']],
  ['10.0.0.0/8,fd00::/8', false, ['11.1.2.3', '[fe80::1]', '10.example.org']],
  ['192.168.1.1,::1,[fe80::1]', true, ['192.168.1.1', '[::1]', '[fe80::1]']],
  ['1.1', false, ['192.168.1.1']],
  ['storage:443, 127.0.0.1:443, [::1]:443', true, ['storage', '127.0.0.1', '[::1]']],
  ['storage:80,127.0.0.1:80,[::1]:80', false, ['storage', '127.0.0.1', '[::1]']],
  ['', false, ['storage']],
  [' , ./ 10.0.0.0/99 10.0.0.0/x', false, ['storage', '10.0.0.1']],
] as const) {
  test(`isExcepted() says ${isThere} for '${exceptions}' and ${hosts.join(', ')}, port 443`, () => {
    for (const hostname of hosts)
      assert.equal(isExcepted({ hostname, port: 443 }, exceptions), isThere, hostname);
  });
}
