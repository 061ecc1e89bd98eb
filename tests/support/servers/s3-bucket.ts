import { silentLog } from '../../../src/base/index.ts';
import { S3Client } from '../../../src/destinations/s3/s3-client.ts';
import { HttpClient } from '../../../src/destinations/support/http/index.ts';
import { collect } from '../collect.ts';

/** A bucket of a server on this machine, for what destinations do not do to buckets. */
export interface BucketAccess {
  readonly port: number;
  readonly keyId: string;
  readonly secret: string;
  readonly bucket: string;
}

/** Creates a bucket whose objects can be locked, and which therefore keeps versions of them. */
export async function createLockingBucket(access: BucketAccess): Promise<void> {
  await send(access, { method: 'PUT', headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
}

/** Removes a bucket that keeps no versions, with all that is in it. */
export async function removeBucket(access: BucketAccess): Promise<void> {
  const listing = await send(access, { method: 'GET', query: { 'max-keys': '1000' } });
  for (const [, key = ''] of listing.matchAll(/<Key>([^<]*)<\/Key>/g))
    await send(access, { method: 'DELETE', key });
  await send(access, { method: 'DELETE' });
}

/** What is behind a name: all versions of an object, and the marks that hide them. */
export async function listVersions(
  access: BucketAccess,
): Promise<{ readonly versions: number; readonly marks: number }> {
  const listing = await send(access, { method: 'GET', query: { versions: '' } });
  const count = (element: string): number => listing.split(`<${element}>`).length - 1;
  return { versions: count('Version'), marks: count('DeleteMarker') };
}

async function send(
  { port, bucket, keyId, secret }: BucketAccess,
  request: Omit<Parameters<S3Client['send']>[0], 'limit'>,
): Promise<string> {
  const timeouts = { shortMs: 60_000, listMs: 60_000, idleMs: 60_000 };
  const tls = { acceptsAny: false, fingerprints: [], authorities: undefined };
  using http = new HttpClient({ timeouts, tls, proxies: {} }, silentLog);
  const server = { url: new URL(`http://127.0.0.1:${port}`), style: 'path', region: 'us-east-1' } as const;
  const client = new S3Client({ http, bucket, keyId, secret, findServer: async () => server });
  const response = await client.expect({ ...request, limit: 'short' }, 'prepare a bucket', [200, 204]);
  return String(Buffer.concat(await collect(response.body)));
}
