import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Destination, hasAbility, openDestination } from '../../../src/destinations/index.ts';
import { memorySource } from '../../support/memory-source.ts';
import { FakeAzureLocks, FakeS3Locks } from '../../support/servers/fake-locks.ts';
import { type FakeHandler, FakeService } from '../../support/servers/fake-service.ts';

/** On a full second, which is as exact as some storages are. */
const NOW_MS = Math.ceil(Date.now() / 1000) * 1000;
const HOUR_MS = 3_600_000;

async function serve(t: TestContext, handle: FakeHandler): Promise<string> {
  const service = await FakeService.start(handle);
  t.after(() => service.stop());
  return service.url;
}

async function openS3(t: TestContext, mode: string): Promise<Destination> {
  const locks = new FakeS3Locks();
  const server = await serve(t, (request) => locks.answer(request));
  const settings = {
    's3-server-name': server,
    'auth-username': 'id',
    'auth-password': 'secret',
    's3-lock-mode': mode,
  };
  return openDestination('s3://bucket/folder', { settings });
}

async function openAzure(t: TestContext, mode: string): Promise<Destination> {
  const locks = new FakeAzureLocks();
  const endpoint = await serve(t, (request) => locks.answer(request));
  const settings = {
    'azure-endpoint': endpoint,
    'azure-account-name': 'me',
    'azure-access-key': Buffer.from('key').toString('base64'),
    'azure-blob-immutability-policy-mode': mode,
  };
  return openDestination('azure://container', { settings });
}

for (const [kind, open, openMode, closedMode] of [
  ['S3', openS3, 'governance', 'compliance'],
  ['Azure', openAzure, 'Unlocked', 'Locked'],
] as const) {
  test(`${kind}: a lock is set, told, extended, and holds against deletion`, async (t) => {
    for (const mode of [openMode, closedMode]) {
      await using destination = await open(t, mode);
      assert.ok(hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil'));
      await destination.put('x', memorySource(Buffer.from('x')));
      assert.equal(await destination.lockedUntil('x'), undefined);
      await destination.lock('x', NOW_MS + HOUR_MS);
      assert.equal(await destination.lockedUntil('x'), NOW_MS + HOUR_MS);
      await destination.lock('x', NOW_MS + 2 * HOUR_MS);
      assert.equal(await destination.lockedUntil('x'), NOW_MS + 2 * HOUR_MS);
      await assert.rejects(destination.delete('x'), { code: 'destination-refused' });
      await assert.rejects(destination.lockedUntil('y'), { code: 'destination-file-missing' });
      await assert.rejects(destination.lock('y', NOW_MS + HOUR_MS), { code: 'destination-file-missing' });
    }
  });

  test(`${kind}: a closed lock cannot be shortened, an open one can`, async (t) => {
    await using closed = await open(t, closedMode);
    await using opened = await open(t, openMode);
    for (const destination of [closed, opened]) {
      assert.ok(hasAbility(destination, 'lock'));
      await destination.put('x', memorySource(Buffer.from('x')));
      await destination.lock('x', NOW_MS + 2 * HOUR_MS);
    }
    assert.ok(hasAbility(closed, 'lock') && hasAbility(opened, 'lock') && hasAbility(opened, 'lockedUntil'));
    await assert.rejects(closed.lock('x', NOW_MS + HOUR_MS), { code: 'destination-refused' });
    await opened.lock('x', NOW_MS + HOUR_MS);
    assert.equal(await opened.lockedUntil('x'), NOW_MS + HOUR_MS);
  });
}
