import assert from 'node:assert/strict';
import test from 'node:test';
import { openDestination } from './registry.ts';

const KEYS = {
  'oss-access-key-id': 'id',
  'oss-access-key-secret': 'secret',
  'cos-secret-id': 'id',
  'cos-secret-key': 'secret',
};

test('Aliyun OSS and Tencent COS need their bucket, server and keys', async () => {
  for (const [url, missing] of [
    ['aliyunoss://folder', /--oss-endpoint/],
    ['aliyunoss://folder?oss-endpoint=oss-cn-hangzhou.aliyuncs.com', /--oss-bucket-name/],
    ['cos://folder', /--cos-region/],
    ['cos://folder?cos-region=ap-guangzhou', /--cos-bucket/],
  ] as const)
    await assert.rejects(openDestination(url, { settings: KEYS }), {
      code: 'destination-incomplete',
      message: missing,
    });
  await assert.rejects(openDestination('cos://f?cos-region=r&cos-bucket=b'), {
    code: 'destination-incomplete',
    message: /--cos-secret-id/,
  });
});

test('openDestination() says what to use instead of schemes that lead nowhere', async () => {
  for (const [scheme, hint] of [
    ['od4b', /onedrivev2:/],
    ['mssp', /sharepoint:/],
    ['duplicati', /storage of your own/],
  ] as const)
    await assert.rejects(openDestination(`${scheme}://host/folder`), {
      code: 'destination-unknown-scheme',
      hint,
    });
});
