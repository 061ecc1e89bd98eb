import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type DestinationUrl, folderUrl, parseDestinationUrl, redactUrl } from './destination-url.ts';

const NOTHING: DestinationUrl = {
  scheme: 'file',
  user: undefined,
  password: undefined,
  host: undefined,
  port: undefined,
  path: '',
  query: {},
};

const ACCEPTED: readonly [reason: string, text: string, parts: Partial<DestinationUrl>][] = [
  ['a plain path is taken literally', '/mnt/a+b %20?c=d', { path: '/mnt/a+b %20?c=d' }],
  ['a relative path', 'backup', { path: 'backup' }],
  ['a Windows path', 'C:\\backup', { path: 'C:\\backup' }],
  ['a file URL', 'file:///mnt/backup', { path: '/mnt/backup' }],
  ['a file URL with a relative path', 'file://backup/x', { path: 'backup/x' }],
  ['a file URL with a Windows path', 'file://C:\\backup', { path: 'C:\\backup' }],
  ['the scheme in capitals', 'FILE:///x', { path: '/x' }],
  ['percent-encoding', 'file:///a%20b%2Bc%3Fd', { path: '/a b+c?d' }],
  ['plus is a space', 'file:///a+b', { path: '/a b' }],
  ['a percent sign that encodes nothing', 'file:///100%/%zz', { path: '/100%/%zz' }],
  ['bytes that are no UTF-8', 'file:///a%ff', { path: '/a\u{10ffff}' }],
  [
    'options',
    'file:///x?Use-Move-For-Put&a=b=c%26+d',
    { path: '/x', query: { 'use-move-for-put': '', a: 'b=c& d' } },
  ],
  [
    'all parts',
    'ssh://me:se%40cret@host.example:2222/some/folder?ssh-keepalive=5s',
    {
      scheme: 'ssh',
      user: 'me',
      password: 'se@cret',
      host: 'host.example',
      port: 2222,
      path: 'some/folder',
      query: { 'ssh-keepalive': '5s' },
    },
  ],
  [
    'a mail address as user',
    's3://me@x.example:p@Bucket/a',
    { scheme: 's3', user: 'me@x.example', password: 'p', host: 'Bucket', path: 'a' },
  ],
  ['a user without password', 'ftp://me@host', { scheme: 'ftp', user: 'me', host: 'host' }],
  [
    'a plus in an address of the strict kind',
    'ssh://a+b@h/c+d%20e?f=g+h',
    { scheme: 'ssh', user: 'a+b', host: 'h', path: 'c+d e', query: { f: 'g h' } },
  ],
  ['an IPv6 host', 'webdav://[::1]:80/a', { scheme: 'webdav', host: '::1', port: 80, path: 'a' }],
];

for (const [reason, text, parts] of ACCEPTED) {
  test(`parseDestinationUrl() reads ${reason}`, () => {
    assert.deepEqual(parseDestinationUrl(text), { ...NOTHING, ...parts });
  });
}

const REFUSED: readonly [reason: string, text: string][] = [
  ['no text', ''],
  ['spaces only', '  '],
  ['a file URL without a folder', 'file://'],
  ['a NUL in a path', 'file:///a%00b'],
  ['http', 'http://host/folder'],
  ['https', 'HTTPS://host/folder'],
  ['no host', 'ssh:///folder'],
  ['a raw slash in a password', 'ssh://me:pa/ss@host/x'],
  ['a raw @ in a password', 'ssh://me:p@ss:1@host/x'],
  ['a fragment in an address of the strict kind', 'ftp://host/x#y'],
  ['a port out of range', 'ssh://host:70000/x'],
];

for (const [reason, text] of REFUSED) {
  test(`parseDestinationUrl() refuses ${reason}`, () => {
    assert.throws(() => parseDestinationUrl(text), { code: 'destination-url-invalid' });
  });
}

test('parseDestinationUrl() never shows what it could not read', () => {
  assert.throws(
    () => parseDestinationUrl('ssh://me:se/cret@host'),
    (error: Error) => !error.message.includes('cret'),
  );
});

test('parseDestinationUrl() gives back the parts that were encoded', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.includes('\0'));
  fc.assert(
    fc.property(text, text, text, (user, password, path) => {
      const url = `ssh://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h/${encodeURIComponent(path)}`;
      const parts = parseDestinationUrl(url);
      assert.deepEqual([parts.user, parts.password, parts.path], [user, password, path]);
    }),
  );
});

const REDACTED: readonly [reason: string, text: string, shown: string][] = [
  ['leaves a path', '/mnt/a:b@c?d', '/mnt/a:b@c?d'],
  ['leaves a file URL', 'file:///mnt/a@b', 'file:///mnt/a@b'],
  ['hides a password', 'ssh://me:pw@host:22/x', 'ssh://me:***@host:22/x'],
  ['leaves a user', 'ssh://me@host/x', 'ssh://me@host/x'],
  [
    'hides the values of options',
    's3://b/x?aws-secret-access-key=k&a=b',
    's3://b/x?aws-secret-access-key=***&a=***',
  ],
  ['hides all where the password is not encoded', 'ssh://me:a/b@host/x', 'ssh://***'],
  ['hides all where an @ may end the password', 'ssh://me:a@b/c@host/x', 'ssh://***'],
  ['hides options without a value', 'ssh://host/x?secret', 'ssh://host/x?***'],
];

for (const [sentence, text, shown] of REDACTED) {
  test(`redactUrl() ${sentence}`, () => assert.equal(redactUrl(text), shown));
}

test('redactUrl() never shows a password, whatever characters it holds', () => {
  const letters = fc.constantFrom('@', ':', '/', '?', '#', '&', '=', '%', '+', 'x');
  const password = fc.string({ unit: letters, maxLength: 8 }).map((text) => `SEC${text}RET`);
  fc.assert(
    fc.property(password, (secret) => {
      const shown = redactUrl(`ssh://me:${secret}@host/folder?option=${secret}`);
      assert.ok(!shown.includes('SEC') && !shown.includes('RET'), shown);
    }),
  );
});

test('folderUrl() names a folder below, for paths and URLs, and keeps everything else', () => {
  assert.equal(folderUrl('/mnt/b/', 'a b/c'), '/mnt/b/a b/c');
  assert.equal(folderUrl('s3://bucket?x=%24y', 'a b/ü&?'), 's3://bucket/a%20b/%C3%BC%26%3F?x=%24y');
  const folder = 'a+b %2f/#?';
  assert.equal(parseDestinationUrl(folderUrl('webdav://h:1/x/?y=z', folder)).path, `x/${folder}`);
  assert.equal(parseDestinationUrl(folderUrl('file:///x', folder)).path, `/x/${folder}`);
});
