import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { startForwardProxy } from '../support/servers/forward-proxy.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { removeContainer, startSwift } from '../support/servers/swift.ts';

if (hasProgram('swift-proxy-server') && hasProgram('memcached')) await testAgainstSwift();
else test('S3 against Swift', (t) => t.skip('swift-proxy-server or memcached is not installed'));

async function testAgainstSwift(): Promise<void> {
  const swift = await startSwift();
  // Both are there before the first test, because what comes after all tests may come between two that have a wait between them.
  const proxy = await startForwardProxy(swift.port);
  after(async () => {
    await proxy.stop();
    await swift.stop();
  });
  let count = 0;
  const urlOf = (bucket: string, query: string, password = swift.password): string =>
    `s3://${bucket}?s3-server-name=127.0.0.1:${swift.port}&auth-username=${swift.user}&auth-password=${password}&${query}`;
  const newBucket = async (): Promise<string> => {
    const bucket = `bucket${++count}`;
    await using destination = await openDestination(urlOf(bucket, ''));
    assert.ok(hasAbility(destination, 'createFolder'));
    await destination.createFolder();
    return bucket;
  };

  for (const [kind, prefix, query] of [
    ['S3 in a bucket', '', ''],
    ['S3 below a prefix, with the second way to list', '/some/fol%20der', 's3-list-api-version=v2'],
    ['S3 without signed content', '', 's3-disable-payload-signing=true&s3-recursive-list=true'],
  ] as const) {
    testDestinationContract(kind, async () => {
      const bucket = await newBucket();
      return {
        open: () => openDestination(urlOf(bucket + prefix, query)),
        removeFolder: () => removeContainer(swift, bucket),
      };
    });
  }

  testDestinationContract('S3 with the bucket in the name of the server', async () => {
    const bucket = await newBucket();
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
      removeFolder: () => removeContainer(swift, bucket),
      moreThanAPage: 20,
    };
  });

  test('S3 asks servers by the name of the bucket where it is told to', () => {
    assert.ok(proxy.hosts.length > 100);
    for (const host of proxy.hosts) assert.match(host, /^bucket\d+\.s3\.test$/);
  });

  test('S3 put() of a large file goes in parts, and none of them stays when it fails', async () => {
    const bucket = await newBucket();
    await using destination = await openDestination(urlOf(bucket, 's3-multipart-threshold=5mb'));
    const bytes = seededBytes(12 * 1024 * 1024 + 1);
    await destination.put('large', memorySource(bytes));
    assert.ok(bytes.equals(await readAll(destination, 'large')));
    for (const sizeBytes of [bytes.length - 1, bytes.length + 1, bytes.length - 3 * 1024 * 1024]) {
      const source = { ...memorySource(bytes), sizeBytes };
      await assert.rejects(destination.put('wrong', source), { code: 'destination-corrupt' });
    }
    const [file, ...others] = await collect(destination.list());
    assert.deepEqual([file?.name, file?.sizeBytes, others], ['large', bytes.length, []]);
  });

  test('S3 refuses a wrong key with a hint, and does not show it', async () => {
    const bucket = await newBucket();
    await using destination = await openDestination(urlOf(bucket, '', 'wrong-secret'));
    await assert.rejects(collect(destination.list()), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'destination-refused');
      assert.match(error.hint, /key|permission/);
      return !error.message.includes('wrong-secret');
    });
  });

  test('S3 put() of bytes with another hash than announced is destination-corrupt', async () => {
    const bucket = await newBucket();
    await using destination = await openDestination(urlOf(bucket, ''));
    const source = { ...memorySource(Buffer.from('right')), sha256: Buffer.alloc(32) };
    await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
    assert.deepEqual(await collect(destination.list()), []);
  });
}
