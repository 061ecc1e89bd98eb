import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveProgramOptions } from '../../options/index.ts';
import { amazonServer, readS3Server } from './s3-settings.ts';

const SERVERS: readonly [
  reason: string,
  options: Readonly<Record<string, string>>,
  server: { readonly href: string; readonly region: string; readonly style: string },
][] = [
  [
    'Amazon by default, without TLS',
    {},
    { href: 'http://s3.amazonaws.com/', region: 'us-east-1', style: 'host' },
  ],
  [
    'Amazon of a location',
    { 's3-location-constraint': 'eu-central-1', 'use-ssl': 'true' },
    { href: 'https://s3.eu-central-1.amazonaws.com/', region: 'eu-central-1', style: 'host' },
  ],
  [
    'a server with a region in its name',
    { 's3-server-name': 's3.eu-west-2.wasabisys.com', 'use-ssl': 'true' },
    { href: 'https://s3.eu-west-2.wasabisys.com/', region: 'eu-west-2', style: 'path' },
  ],
  [
    'TLS by the address of the server',
    { 's3-server-name': 'https://minio.local:9000', 's3-authentication-region': 'home' },
    { href: 'https://minio.local:9000/', region: 'home', style: 'path' },
  ],
  [
    'the bucket in the name of the server where that is asked for',
    { 's3-server-name': 'store.example:81', 's3-ext-forcepathstyle': 'false' },
    { href: 'http://store.example:81/', region: 'us-east-1', style: 'host' },
  ],
];

for (const [reason, options, expected] of SERVERS) {
  test(`readS3Server() finds ${reason}`, () => {
    const { url, region, style } = readS3Server(
      resolveProgramOptions({ commandLine: new Map(Object.entries(options)) }),
    );
    assert.deepEqual({ href: url.href, region, style }, expected);
  });
}

test('amazonServer() knows China, and takes no other words for a location', () => {
  assert.equal(amazonServer('cn-north-1'), 's3.cn-north-1.amazonaws.com.cn');
  assert.equal(amazonServer('us-gov-west-1'), 's3.us-gov-west-1.amazonaws.com');
  assert.equal(amazonServer('evil.example/'), 's3.amazonaws.com');
});
