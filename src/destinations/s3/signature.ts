import { signAwsRequest } from '../../crypto/index.ts';
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

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * The headers of a request with its signature, as S3 wants them ("Authenticating Requests: Using the
 * Authorization Header").
 */
export function signRequest(request: RequestToSign, key: SigningKey): Readonly<Record<string, string>> {
  const headers = { ...request.headers, 'x-amz-content-sha256': request.payloadHash };
  return signAwsRequest(
    { ...request, headers, query: canonicalQuery(request.url) },
    { ...key, service: 's3' },
  );
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => `${encodePathPart(name)}=${encodePathPart(value)}`)
    .sort()
    .join('&');
}
