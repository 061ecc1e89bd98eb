import assert from 'node:assert/strict';
import test from 'node:test';
import { describeDestinations } from './registry.ts';
import { findUnknownOptions } from './unknown-options.ts';

test('findUnknownOptions() names a slip and the option of this kind that is nearest', () => {
  assert.deepEqual(findUnknownOptions('s3s://bucket/folder?s3-server-nmae=host&use-ssl=true'), [
    "Option 's3-server-nmae' in the destination URL is unknown and ignored. Did you mean s3-server-name?",
  ]);
  const [tls] = findUnknownOptions('webdav://host/x?use-sssl=true');
  assert.match(tls ?? '', /'use-sssl'.*Did you mean use-ssl\?/);
  const [far] = findUnknownOptions('ssh://host/x?zyxw=1');
  assert.match(far ?? '', /'zyxw' .* ignored\.$/);
});

test('findUnknownOptions() says nothing of what any kind, the program or Duplicati knows', () => {
  for (const url of [
    '/mnt/what?is=this',
    'ftps://host/x',
    's3://b?s3-client=minio&s3-ext-timeout=5&list-api-version=v2&S3-Server-Name=x',
    'e2://b?access_key_id=a&access_key_secret=b',
    'webdav://h/x?disable-nagling=true&http-operation-timeout=5m&debug-propfind-file=/x',
    'movistarcloud://x?email=a&password=b&deviceID=c',
    'ssh://h/x?passphrase=x&dblock-size=50mb&azure-account-name=of-another-kind',
  ])
    assert.deepEqual(findUnknownOptions(url), [], url);
  for (const { scheme, optionNames } of describeDestinations()) {
    const query = optionNames.map((name) => `${name}=1`).join('&');
    assert.deepEqual(findUnknownOptions(`${scheme}://host/x?${query}`), [], scheme);
  }
});

test('findUnknownOptions() does not repeat what may be a piece of a password', () => {
  for (const url of [
    'webdav://user/with?hunter2@host/x',
    'webdav://host/x?auth-password=with&hunter2',
    'webdav://host/x?auth-password=with&hun+ter2=x',
  ]) {
    const found = findUnknownOptions(url);
    assert.equal(found.length, 1, url);
    assert.doesNotMatch(found.join(), /hun/, url);
  }
});
