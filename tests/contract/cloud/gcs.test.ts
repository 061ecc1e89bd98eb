import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { hasAbility } from '../../../src/destinations/index.ts';
import { collect } from '../../support/collect.ts';
import { memorySource, readAll } from '../../support/memory-source.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { FakeGcs } from '../../support/servers/fake-gcs.ts';
import { hasProgram } from '../../support/servers/server-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openCloud, testCloudDrive } from './cloud-contract.ts';

const MEGABYTE = 1024 * 1024;

async function startGcs(): Promise<FakeGcs> {
  const fake = await FakeGcs.start();
  fake.buckets.set('bucket', new Map());
  return fake;
}

testCloudDrive({
  name: 'Google Cloud Storage',
  start: startGcs,
  url: 'gcs://bucket/some+folder/%2B',
  settings: { 'gcs-project': 'project-1' },
  removeFolder: (fake) => void fake.buckets.delete('bucket'),
  pieceBytes: 10 * MEGABYTE,
  isUpload: ({ url }) => url.pathname.startsWith('/session/'),
  isLaterPart: ({ headers }) => /^bytes [1-9]/.test(headers['content-range'] ?? ''),
});

async function started(t: TestContext): Promise<FakeGcs> {
  const fake = await startGcs();
  t.after(() => fake.service.stop());
  return fake;
}

test('Google Cloud Storage: the path is a prefix in which a plus is a space', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'gcs://bucket/some+folder/%2B');
  await destination.put('x', memorySource(Buffer.from('x')));
  assert.deepEqual([...(fake.buckets.get('bucket')?.keys() ?? [])], ['some folder/+/x']);
});

test('Google Cloud Storage: lock() and lockedUntil()', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'gcs://bucket');
  assert.ok(hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil'));
  await destination.put('x', memorySource(Buffer.from('x')));
  assert.equal(await destination.lockedUntil('x'), undefined);
  const untilMs = Math.ceil(Date.now() / 1000) * 1000 + 60_000;
  await destination.lock('x', untilMs);
  assert.equal(await destination.lockedUntil('x'), untilMs);
  await assert.rejects(destination.delete('x'), { code: 'destination-refused' });
  await assert.rejects(destination.lockedUntil('y'), { code: 'destination-file-missing' });
});

test('Google Cloud Storage: a bucket is not created without the project that pays for it', async (t) => {
  const fake = await started(t);
  await using destination = await openCloud(fake, 'gcs://other');
  assert.ok(hasAbility(destination, 'createFolder'));
  await assert.rejects(destination.createFolder(), {
    code: 'destination-incomplete',
    message: /gcs-project/,
  });
});

test('Google Cloud Storage: a service account signs for its tokens', async (t) => {
  const fake = await started(t);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = JSON.stringify({
    client_email: 'robot@project-1.example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${fake.service.url}/login/token`,
  });
  fake.service.disturb(({ url }) => url.pathname === '/login/token', {
    status: 200,
    body: { access_token: 'of-the-robot', expires_in: 3600 },
  });
  await using destination = await openCloud(fake, 'gcs://bucket', { 'gcs-service-account-json': key });
  await assert.rejects(collect(destination.list()), { code: 'destination-refused' });
  const [question, listing] = fake.service.requests;
  assert.equal(listing?.headers.authorization, 'Bearer of-the-robot');
  const form = new URLSearchParams(String(question?.body));
  const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  assert.ok(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')));
  const claimed = JSON.parse(String(Buffer.from(claims, 'base64url')));
  assert.equal(claimed.iss, 'robot@project-1.example');
  assert.equal(claimed.scope, 'https://www.googleapis.com/auth/devstorage.read_write');
  await assert.rejects(openCloud(fake, 'gcs://bucket', { 'gcs-service-account-json': '{}' }), {
    code: 'destination-incomplete',
  });
});

test('Google Cloud Storage: rclone reads what was stored, and its files are read', async (t) => {
  if (!hasProgram('rclone')) return t.skip('rclone is not installed');
  const fake = await started(t);
  fake.login.isOpen = true;
  const folder = await temporaryFolder(t);
  const settings = ['type = google cloud storage', 'anonymous = true', 'bucket_policy_only = true'];
  const endpoint = `endpoint = ${fake.service.url}/storage/v1/`;
  await writeFile(join(folder, 'rclone.conf'), ['[g]', ...settings, endpoint, ''].join('\n'));
  const rclone = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('rclone', ['--config', join(folder, 'rclone.conf'), '--retries', '1', ...args]);
  await using destination = await openCloud(fake, 'gcs://bucket/f');
  const [ours, small, large] = [1_000_000, 1000, 18 * MEGABYTE].map((size) => seededBytes(size, size));
  await destination.put('ours', memorySource(ours ?? Buffer.alloc(0)));
  for (const [name, bytes] of Object.entries({ small, large })) {
    await writeFile(join(folder, name), bytes ?? '');
    await rclone('copyto', join(folder, name), `g:bucket/f/${name}`);
  }
  await rclone('copyto', 'g:bucket/f/ours', join(folder, 'back'));
  assert.deepEqual(await readFile(join(folder, 'back')), ours);
  assert.ok(large?.equals(await readAll(destination, 'large')));
  assert.ok(small?.equals(await readAll(destination, 'small')));
  await rclone('deletefile', 'g:bucket/f/ours');
  const names = (await collect(destination.list())).map(({ name }) => name);
  assert.deepEqual(names.sort(), ['large', 'small']);
});
