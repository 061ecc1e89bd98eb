import { createHash, createHmac } from 'node:crypto';

export interface AwsKey {
  readonly keyId: string;
  readonly secret: string;
  readonly region: string;
  /** As it stands in the scope of a signature: `s3`, `secretsmanager`. */
  readonly service: string;
}

export interface AwsRequest {
  readonly method: string;
  /** Its path as it is signed and sent. */
  readonly url: URL;
  /** The query in the order and encoding that are signed. */
  readonly query: string;
  /** Names in lower case. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** SHA-256 of the body in hex, or the word that stands for it. */
  readonly payloadHash: string;
}

/**
 * The headers of a request to Amazon Web Services with its signature: Signature Version 4 ("Create a signed
 * AWS API request").
 */
export function signAwsRequest(request: AwsRequest, key: AwsKey): Readonly<Record<string, string>> {
  const time = new Date(request.nowMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const headers = { ...request.headers, host: request.url.host, 'x-amz-date': time };
  const names = Object.keys(headers).sort();
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}\n`,
  );
  const signedHeaders = names.join(';');
  const canonical = [
    request.method,
    request.url.pathname,
    request.query,
    lines.sort().join(''),
    signedHeaders,
    request.payloadHash,
  ].join('\n');
  const day = time.slice(0, 8);
  const scope = `${day}/${key.region}/${key.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const signature = hmac(deriveKey(key, day), text).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${key.keyId}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`,
  };
}

function deriveKey({ secret, region, service }: AwsKey, day: string): Buffer {
  return [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`, 'utf8'));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
