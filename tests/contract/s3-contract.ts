import assert from 'node:assert/strict';
import test from 'node:test';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { testDestinationContract } from './destination-contract.ts';

/** A server that speaks S3. */
export interface S3Storage {
  /** The address of a bucket; with the right secret where none is given. */
  urlOf(bucket: string, query: string, secret?: string): string;
  removeBucket(bucket: string): Promise<void>;
}

/** Registers the suite of every destination, and what S3 adds to it, against one server. */
export function testS3Contract(kind: string, storage: S3Storage): void {
  const { urlOf } = storage;
  const newBucket = (): Promise<string> => createBucket(storage);
  for (const [way, prefix, query] of [
    ['in a bucket', '', ''],
    ['below a prefix, with the second way to list', '/some/fol%20der', 's3-list-api-version=v2'],
    ['without signed content', '', 's3-disable-payload-signing=true&s3-recursive-list=true'],
  ] as const) {
    testDestinationContract(`${kind} ${way}`, async () => {
      const bucket = await newBucket();
      return {
        open: () => openDestination(urlOf(bucket + prefix, query)),
        removeFolder: () => storage.removeBucket(bucket),
      };
    });
  }

  test(`${kind}: put() of a large file goes in parts, and none of them stays when it fails`, async () => {
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

  test(`${kind} refuses a wrong key with a hint, and does not show it`, async () => {
    const bucket = await newBucket();
    await using destination = await openDestination(urlOf(bucket, '', 'wrong-secret'));
    await assert.rejects(collect(destination.list()), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'destination-refused');
      assert.match(error.hint, /key|permission/);
      return !error.message.includes('wrong-secret');
    });
  });

  test(`${kind}: put() of bytes with another hash than announced is destination-corrupt`, async () => {
    const bucket = await newBucket();
    await using destination = await openDestination(urlOf(bucket, ''));
    const source = { ...memorySource(Buffer.from('right')), sha256: Buffer.alloc(32) };
    await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
    assert.deepEqual(await collect(destination.list()), []);
  });
}

let count = 0;

/** Creates a bucket that nothing else uses, as a user would. */
export async function createBucket({ urlOf }: S3Storage): Promise<string> {
  count += 1;
  const bucket = `bucket${count}`;
  await using destination = await openDestination(urlOf(bucket, ''));
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  return bucket;
}
