import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { createBucket, type S3Storage, testS3Contract } from '../contract/s3-contract.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { startForwardProxy } from '../support/servers/forward-proxy.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { removeContainer, startSwift } from '../support/servers/swift.ts';

if (hasProgram('swift-proxy-server') && hasProgram('memcached')) await testAgainstSwift();
else test('S3 against Swift', (t) => t.skip('swift-proxy-server or memcached is not installed'));

async function testAgainstSwift(): Promise<void> {
  const swift = await startSwift();
  // Both are there before the first test, because what comes after all tests may come between two that have a
  // wait between them.
  const proxy = await startForwardProxy(swift.port);
  after(async () => {
    await proxy.stop();
    await swift.stop();
  });
  const storage: S3Storage = {
    urlOf: (bucket, query, secret = swift.password) =>
      `s3://${bucket}?s3-server-name=127.0.0.1:${swift.port}&auth-username=${swift.user}&auth-password=${secret}&${query}`,
    removeBucket: async (bucket) => removeContainer(await swift.logIn(), bucket),
  };
  testS3Contract('S3 of Swift', storage);

  testDestinationContract('S3 with the bucket in the name of the server', async () => {
    const bucket = await createBucket(storage);
    const settings = {
      's3-server-name': 's3.test',
      's3-ext-forcepathstyle': 'false',
      'auth-username': swift.user,
      'auth-password': swift.password,
      'http-proxy': proxy.url,
      'no-proxy': '',
    };
    return {
      open: () => openDestination(`s3://${bucket}/some/folder`, { settings }),
      removeFolder: () => storage.removeBucket(bucket),
      moreThanAPage: 20,
    };
  });

  testDestinationContract('Aliyun OSS by its S3 interface', async () => {
    const bucket = await createBucket(storage);
    const settings = {
      'oss-bucket-name': bucket,
      'oss-endpoint': 'http://s3.test',
      'oss-access-key-id': swift.user,
      'oss-access-key-secret': swift.password,
      'http-proxy': proxy.url,
      'no-proxy': '',
    };
    return {
      open: () => openDestination('aliyunoss://some/folder', { settings }),
      removeFolder: () => storage.removeBucket(bucket),
      moreThanAPage: 20,
    };
  });

  for (const [direction, shiftMs] of [
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ] as const) {
    test(`S3 goes by the time of Swift where the clock of this machine is an hour ${direction}`, async (t) => {
      const bucket = await createBucket(storage);
      const now = Date.now;
      t.mock.method(Date, 'now', () => now() + shiftMs);
      await using destination = await openDestination(storage.urlOf(bucket, ''));
      assert.deepEqual(await collect(destination.list()), []);
      await destination.put('a', memorySource(Buffer.from('x')));
      assert.equal(String(await readAll(destination, 'a')), 'x');
      await destination.delete('a');
    });
  }

  test('S3 asks servers by the name of the bucket where it is told to', () => {
    assert.ok(proxy.hosts.length > 100);
    for (const host of proxy.hosts) assert.match(host, /^bucket\d+\.s3\.test$/);
  });
}
