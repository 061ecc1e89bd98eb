/** Ceph's S3, and locks that a real server keeps. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Abilities } from '../../src/destinations/abilities.ts';
import { type Destination, hasAbility, openDestination } from '../../src/destinations/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { type S3Storage, testS3Contract } from '../contract/s3-contract.ts';
import { memorySource } from '../support/memory-source.ts';
import { runAshlarBeside } from '../support/run-ashlar.ts';
import { CEPH_PROGRAMS, type CephServer, startCeph } from '../support/servers/ceph.ts';
import { missingPrograms } from '../support/servers/places/obstacles.ts';
import {
  type BucketAccess,
  createLockingBucket,
  listVersions,
  removeBucket,
} from '../support/servers/s3-bucket.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** On a full second, which is as exact as Ceph is. */
const NOW_MS = Math.ceil(Date.now() / 1000) * 1000;
const HOUR_MS = 3_600_000;

/** Of buckets with locks so far. */
let count = 0;

const obstacle = await missingPrograms(...CEPH_PROGRAMS);
if (obstacle === undefined) await testAgainstCeph();
else test('S3 against Ceph', (t) => t.skip(obstacle));

async function testAgainstCeph(): Promise<void> {
  const ceph = await startCeph();
  after(() => ceph.stop());
  const storage: S3Storage = {
    urlOf: (bucket, query, secret = ceph.secret) =>
      `s3://${bucket}?s3-server-name=127.0.0.1:${ceph.port}&auth-username=${ceph.keyId}&auth-password=${encodeURIComponent(secret)}&${query}`,
    removeBucket: (bucket) => removeBucket({ ...ceph, bucket }),
  };
  testS3Contract('S3 of Ceph', storage);
  testDestinationContract('S3 of Ceph in a bucket with locks', async () => {
    const { bucket } = await newLockingBucket(ceph);
    return { open: () => openDestination(storage.urlOf(bucket, '')) };
  });
  testLocks(ceph, storage);
  testLockedBackup(ceph, storage);
}

async function newLockingBucket(ceph: CephServer): Promise<BucketAccess> {
  count += 1;
  const access = { ...ceph, bucket: `locking${count}` };
  await createLockingBucket(access);
  return access;
}

function testLocks(ceph: CephServer, { urlOf }: S3Storage): void {
  for (const mode of ['governance', 'compliance']) {
    test(`Ceph sets, tells and extends a lock of mode ${mode}, and never shortens it`, async () => {
      const access = await newLockingBucket(ceph);
      await using destination = await openDestination(urlOf(access.bucket, `s3-lock-mode=${mode}`));
      assert.ok(canLock(destination));
      await destination.put('x', memorySource(Buffer.from('x')));
      assert.equal(await destination.lockedUntil('x'), undefined);
      for (const hours of [1, 2]) {
        await destination.lock('x', NOW_MS + hours * HOUR_MS);
        assert.equal(await destination.lockedUntil('x'), NOW_MS + hours * HOUR_MS);
      }
      await assert.rejects(destination.lock('x', NOW_MS + HOUR_MS), { code: 'destination-refused' });
      assert.equal(await destination.lockedUntil('x'), NOW_MS + 2 * HOUR_MS);
      const missing = { code: 'destination-file-missing' };
      await assert.rejects(destination.lockedUntil('y'), missing);
      await assert.rejects(destination.lock('y', NOW_MS + HOUR_MS), missing);
    });
  }

  test('Ceph keeps what is locked under the mark that a deletion leaves', async () => {
    const access = await newLockingBucket(ceph);
    await using destination = await openDestination(urlOf(access.bucket, ''));
    assert.ok(canLock(destination));
    await destination.put('x', memorySource(Buffer.from('x')));
    await destination.lock('x', NOW_MS + HOUR_MS);
    await destination.delete('x');
    assert.deepEqual(await listVersions(access), { versions: 1, marks: 1 });
  });

  test('Ceph has no locks in a bucket that was not made for them', async () => {
    const access = { ...ceph, bucket: 'without-locks' };
    await using destination = await openDestination(urlOf(access.bucket, ''));
    assert.ok(hasAbility(destination, 'createFolder') && canLock(destination));
    await destination.createFolder();
    await destination.put('x', memorySource(Buffer.from('x')));
    assert.equal(await destination.lockedUntil('x'), undefined);
    await assert.rejects(destination.lock('x', NOW_MS + HOUR_MS), { code: 'destination-refused' });
  });
}

function canLock(
  destination: Destination,
): destination is Destination & Pick<Abilities, 'lock' | 'lockedUntil'> {
  return hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil');
}

function testLockedBackup(ceph: CephServer, { urlOf }: S3Storage): void {
  test('a backup in Ceph is locked, asked about, kept from deletion and restored', async (t) => {
    const access = await newLockingBucket(ceph);
    const url = urlOf(`${access.bucket}/below`, '');
    const home = await temporaryFolder(t);
    const source = join(home, 'source');
    mkdirSync(source);
    const run = async (...argv: readonly string[]) => {
      const ended = await runAshlarBeside(home, [...argv, '--no-encryption']);
      assert.ok(ended.code !== null && ended.code < 3, `${argv[0]}: ${ended.out}${ended.err}`);
      return ended.out + ended.err;
    };
    for (const content of ['first', 'second']) {
      writeFileSync(join(source, 'file'), content);
      await run('backup', url, source, '--remote-file-lock-duration=1D');
    }
    const { versions } = await listVersions(access);
    assert.match(await run('read-lock-info', url, '--refresh-lock-info-complete'), /locked/);
    assert.match(await run('delete', url, '--version=1'), /the destination locks its file list/);
    assert.deepEqual(await listVersions(access), { versions, marks: 0 });
    await run('restore', url, `--restore-path=${join(home, 'old')}`, '--version=1');
    await run('test', url, 'all');
  });
}
