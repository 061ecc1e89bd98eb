import assert from 'node:assert/strict';
import test from 'node:test';
import { describeDestinations, hasAbility, openDestination } from '../../../src/destinations/index.ts';

const URLS = [
  'gcs://bucket/folder',
  'googledrive://folder',
  'dropbox://folder',
  'box://folder',
  'onedrivev2://folder',
  'sharepoint://folder?site-id=x',
  'msgroup://folder?group-id=x',
  'pcloud://eapi.pcloud.com/folder',
  'jottacloud://folder',
  'tahoe://host/uri/URI:DIR2:a:b',
  'filejump://folder?api-token=t',
  'drimecloud://folder?api-token=t',
  'filen://folder?auth-username=u&auth-password=p',
  'mega://folder?auth-username=u&auth-password=p',
  'movistarcloud://folder?email=u&password=p&deviceid=d',
  'sia://host?sia-password=p',
  'storj://storj.io/config?storj-api-key=k&storj-secret=s',
  'aliyunoss://folder?oss-bucket-name=b&oss-endpoint=h&oss-access-key-id=i&oss-access-key-secret=s',
  'cos://folder?cos-bucket=b&cos-region=r&cos-secret-id=i&cos-secret-key=s',
];

for (const url of URLS) {
  const [scheme = ''] = url.split(':');
  test(`describeDestinations() tells the abilities of ${scheme}:// as they are`, async () => {
    const descriptor = describeDestinations().find((candidate) => candidate.scheme === scheme);
    await using destination = await openDestination(url, { settings: { authid: 'a:b' } });
    assert.ok(descriptor);
    for (const ability of descriptor.abilities) assert.ok(hasAbility(destination, ability), ability);
  });
}
