import { createHash, createHmac } from 'node:crypto';
import { encodePathPart } from '../support/encode-path.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly secret: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly method: string;
  /** Its path is encoded as `encodePathParts` does, its query in any way. */
  readonly url: URL;
  /** Names in lower case. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

export const EMPTY_PAYLOAD_HASH = createHash('sha256').digest('hex');
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** The headers of a request with its signature, for Amazon's Signature Version 4 ("Authenticating Requests: Using the Authorization Header"). */
export function signRequest(request: RequestToSign, key: SigningKey): Readonly<Record<string, string>> {
  const { method, url, payloadHash } = request;
  const time = new Date(request.nowMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const headers = {
    ...request.headers,
    host: url.host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': time,
  };
  const names = Object.keys(headers).sort();
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}\n`,
  );
  const signedHeaders = names.join(';');
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    lines.sort().join(''),
    signedHeaders,
    payloadHash,
  ].join('\n');
  const day = time.slice(0, 8);
  const scope = `${day}/${key.region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const signature = hmac(deriveKey(key, day), text).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${key.keyId}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`,
  };
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => `${encodePathPart(name)}=${encodePathPart(value)}`)
    .sort()
    .join('&');
}

function deriveKey({ secret, region }: SigningKey, day: string): Buffer {
  return [day, region, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`, 'utf8'));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
