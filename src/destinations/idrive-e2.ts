import type { DestinationRequest } from './descriptor.ts';
import { DestinationError } from './destination-error.ts';
import type { S3Server } from './s3/s3-settings.ts';
import { openBucket, type S3Bucket } from './s3.ts';
import { encodePathPart } from './support/encode-path.ts';
import { type HttpClient, readFailure, readText } from './support/http/index.ts';

const DIRECTORY = 'https://api.idrivee2.com/api/service/get_region_end_point/';

export function openIdriveE2(request: DestinationRequest): S3Bucket {
  return openBucket(request, findE2Server);
}

/**
 * Asks IDrive which server holds the buckets of a key; the answer is the name of a host. From there on it is
 * S3 with TLS.
 */
export async function findE2Server(
  http: HttpClient,
  keyId: string,
  directory: string = DIRECTORY,
): Promise<S3Server> {
  const url = new URL(encodePathPart(keyId), directory);
  const response = await http.send({ method: 'GET', url, limit: 'short' });
  if (response.status !== 200)
    throw await readFailure(response, { action: 'look up the server of this key' });
  const host = (await readText(response)).trim();
  if (!/^[a-z0-9.-]+$/i.test(host)) {
    throw new DestinationError('destination-refused', 'IDrive e2 knows no server for this access key.', {
      details: { keyId },
      hint: 'Check the id of the access key.',
    });
  }
  return { url: new URL(`https://${host}`), region: 'us-east-1', style: 'path' };
}
