import assert from 'node:assert/strict';
import test from 'node:test';
import { findMailServers } from './find-servers.ts';
import { parseMailServer } from './server.ts';

const NOBODY = { user: undefined, password: undefined };

for (const [text, host, port, tls] of [
  ['smtp://mail.example', 'mail.example', 25, 'offered'],
  ['mail.example:2525', 'mail.example', 2525, 'offered'],
  ['smtp://mail.example:25/?starttls=always', 'mail.example', 25, 'upgrade'],
  ['smtp://mail.example/?starttls=when-available', 'mail.example', 25, 'offered'],
  ['smtp://[::1]/?starttls=never', '::1', 25, 'never'],
  ['smtps://mail.example', 'mail.example', 465, 'always'],
  ['tls://mail.example', 'mail.example', 587, 'upgrade'],
] as const)
  test(`parseMailServer() reads ${text}`, () => {
    assert.deepEqual(parseMailServer(text, NOBODY), { host, port, tls, isVerified: true, ...NOBODY });
  });

test('parseMailServer() prefers the login of the address to that of the options', () => {
  const login = { user: 'one', password: 'two' };
  const { user, password } = parseMailServer('smtp://me:p%40ss@mail.example', login);
  assert.deepEqual([user, password], ['me', 'p@ss']);
  assert.equal(parseMailServer('smtp://mail.example', login).user, 'one');
});

for (const text of ['ftp://host', 'smtp://', 'smtp://h/?starttls=perhaps', ''])
  test(`parseMailServer() throws notification-invalid for "${text}"`, () => {
    assert.throws(() => parseMailServer(text, NOBODY), { code: 'notification-invalid' });
  });

test('findMailServers() prefers low numbers, and takes the domain itself where it names nobody', async () => {
  const records = [
    { exchange: 'second', priority: 20 },
    { exchange: 'first', priority: 10 },
  ];
  const found = await findMailServers('example', async () => records);
  assert.deepEqual(
    found.map(({ host, port, user }) => [host, port, user]),
    [
      ['first', 25, undefined],
      ['second', 25, undefined],
    ],
  );
  const fail = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
  assert.equal((await findMailServers('example', fail('ENODATA')))[0]?.host, 'example');
  await assert.rejects(findMailServers('example', fail('ETIMEOUT')), { code: 'notification-unreachable' });
});
