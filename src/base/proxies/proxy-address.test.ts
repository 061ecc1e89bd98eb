import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isSocks, parseProxyAddress } from './proxy-address.ts';
import { ProxyError } from './proxy-error.ts';

test('parseProxyAddress() reads addresses with and without a scheme, a port and a login', () => {
  assert.deepEqual(parseProxyAddress('proxy:3128'), {
    scheme: 'http',
    hostname: 'proxy',
    port: 3128,
    host: 'proxy:3128',
    href: 'http://proxy:3128',
  });
  assert.deepEqual(parseProxyAddress('socks5h://user:p%40ss@[::1]'), {
    scheme: 'socks5h',
    hostname: '::1',
    port: 1080,
    host: '[::1]:1080',
    user: 'user',
    password: 'p@ss',
  });
  assert.equal(parseProxyAddress('https://proxy').port, 443);
});

test('parseProxyAddress() gives back every user and password that SOCKS 5 can send', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((part) => !part.includes('\0'));
  fc.assert(
    fc.property(text, text, (user, password) => {
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
      const proxy = parseProxyAddress(`socks5://${login}@proxy`);
      assert.ok(isSocks(proxy));
      assert.deepEqual([proxy.user, proxy.password], [user, password]);
    }),
  );
});

for (const [address, because] of [
  ['ftp://user:secret@proxy', /ftp:\/\/ is no kind that is known/],
  ['socks://user:secret@proxy', /socks:\/\/ is no kind that is known/],
  ['socks4://user:secret@proxy', /knows users, but no passwords/],
  [`socks5://user:${'secret'.repeat(50)}@proxy`, /can send no such user or password/],
  ['socks5://user:secret@', /cannot be read/],
  ['http://a b', /cannot be read/],
  ['socks5://user:secret@proxy:99999', /cannot be read/],
] as const) {
  test(`parseProxyAddress() refuses ${address.slice(0, 40)} without showing its secret`, () => {
    assert.throws(
      () => parseProxyAddress(address),
      (error) =>
        error instanceof ProxyError && because.test(error.message) && !error.message.includes('secret'),
    );
  });
}

test('parseProxyAddress() reads any text or throws ProxyError', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((rest) => `socks5h://${rest}`),
      ),
      (text) => {
        try {
          assert.ok(parseProxyAddress(text).hostname !== '');
        } catch (error) {
          assert.ok(error instanceof ProxyError, String(error));
        }
      },
    ),
  );
});
