import assert from 'node:assert/strict';
import test from 'node:test';
import { hasAbility, openDestination, RateLimit, throttleDestination } from '../../src/destinations/index.ts';
import { MemoryDestination } from '../support/memory-destination.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { testDestinationContract } from './destination-contract.ts';

testDestinationContract('throttled without limits', async () => {
  const { storage } = new MemoryDestination();
  const limits = { upload: new RateLimit(), download: new RateLimit() };
  return { open: async () => throttleDestination(new MemoryDestination(storage), limits) };
});

test('throttleDestination() counts every byte of its direction', async () => {
  const taken = { upload: 0, download: 0 };
  const counting = (direction: keyof typeof taken): RateLimit => {
    const limit = new RateLimit();
    limit.take = async (sizeBytes) => {
      taken[direction] += sizeBytes;
    };
    return limit;
  };
  const limits = { upload: counting('upload'), download: counting('download') };
  const destination = throttleDestination(new MemoryDestination(), limits);
  await destination.put('a', memorySource(Buffer.alloc(100_000)));
  await readAll(destination, 'a');
  await readAll(destination, 'a');
  assert.deepEqual(taken, { upload: 100_000, download: 200_000 });
});

test('throttleDestination() offers no ability that goes around the limit', async () => {
  const limits = { upload: new RateLimit(), download: new RateLimit() };
  await using destination = throttleDestination(await openDestination('/x'), limits);
  assert.equal(hasAbility(destination, 'localPath'), false);
  await using rclone = throttleDestination(await openDestination('rclone://x/y'), limits);
  assert.equal(hasAbility(rclone, 'download'), false);
  assert.equal(hasAbility(destination, 'getRange'), false);
  assert.equal(hasAbility(destination, 'freeSpace'), true);
});
