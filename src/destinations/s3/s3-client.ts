import { createHash } from 'node:crypto';
import { type Clock, systemClock } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';
import type { DestinationError, DestinationErrorCode } from '../destination-error.ts';
import { encodePathParts } from '../support/encode-path.ts';
import {
  type HttpBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  readBytes,
  readFailure,
  readText,
} from '../support/http/index.ts';
import { SharedValue } from '../support/shared-value.ts';
import { parseXml, textOf } from '../support/xml.ts';
import { amazonServer, isAmazon, type S3Server } from './s3-settings.ts';
import { signRequest, UNSIGNED_PAYLOAD } from './signature.ts';

export interface S3Request extends SignalOptions {
  readonly method: string;
  /** `undefined` for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** SHA-256 of a body that is a source, where it is known and has to be signed. */
  readonly bodySha256?: Buffer | undefined;
  readonly limit: HttpRequest['limit'];
}

export interface S3ClientParts {
  readonly http: HttpClient;
  readonly bucket: string;
  readonly keyId: string;
  readonly secret: string;
  /** Asked once, before the first request. */
  readonly findServer: () => Promise<S3Server>;
  readonly clock?: Clock;
}

/** What error codes of S3 mean, where their status does not tell. */
const CODES: Readonly<Record<string, DestinationErrorCode>> = {
  NoSuchKey: 'destination-file-missing',
  NoSuchUpload: 'destination-unreachable',
  NoSuchBucket: 'destination-folder-missing',
  BadDigest: 'destination-corrupt',
  InvalidDigest: 'destination-corrupt',
  XAmzContentSHA256Mismatch: 'destination-corrupt',
  IncompleteBody: 'destination-unreachable',
  RequestTimeout: 'destination-unreachable',
  SlowDown: 'destination-throttled',
  ServiceUnavailable: 'destination-throttled',
  TooManyRequests: 'destination-throttled',
  QuotaExceeded: 'destination-full',
  XMinioStorageFull: 'destination-full',
  XMinioAdminBucketQuotaExceeded: 'destination-full',
};

/** What a request is signed by. */
interface Belief {
  readonly server: S3Server;
  readonly clockOffsetMs: number;
}

/**
 * Signed requests to one bucket. What servers say of a wrong region or a wrong clock is learnt, once each,
 * and the request is sent again, as are those that were on their way meanwhile.
 */
export class S3Client {
  readonly #parts: S3ClientParts;
  readonly #server: SharedValue<S3Server>;
  /** Set once the server named another region than the one known before. */
  #corrected: S3Server | undefined;
  #clockOffsetMs = 0;

  constructor(parts: S3ClientParts) {
    this.#parts = parts;
    this.#server = new SharedValue(parts.findServer);
  }

  /** Sends one request and answers any status. Throws what `HttpClient.send` does. */
  async send(request: S3Request): Promise<HttpResponse> {
    const before = await this.#believe(request);
    const response = await this.#sendOnce(request, before);
    if (![301, 307, 400, 403].includes(response.status)) return response;
    const bytes = await readBytes(response);
    this.#learn(before, response, bytes.toString('utf8'));
    const after = await this.#believe(request);
    const isSame =
      after.server.region === before.server.region && after.clockOffsetMs === before.clockOffsetMs;
    return isSame ? { ...response, body: iterateOnce(bytes) } : this.#sendOnce(request, after);
  }

  /** Sends one request and answers only the statuses that are expected; any other is thrown as what it means. */
  async expect(request: S3Request, action: string, statuses: readonly number[]): Promise<HttpResponse> {
    const response = await this.send(request);
    if (statuses.includes(response.status)) return response;
    throw await this.failure(response, action);
  }

  /** What a refusal means. */
  failure(response: HttpResponse, action: string): Promise<DestinationError> {
    const { secret } = this.#parts;
    return readFailure(response, { action, codes: CODES, read: readError, secrets: [secret] });
  }

  async #believe(request: S3Request): Promise<Belief> {
    const server = this.#corrected ?? (await this.#server.get(request));
    return { server, clockOffsetMs: this.#clockOffsetMs };
  }

  async #sendOnce(request: S3Request, { server, clockOffsetMs }: Belief): Promise<HttpResponse> {
    const { http, keyId, secret, clock = systemClock } = this.#parts;
    const { method, body, limit, signal } = request;
    const url = this.#urlOf(server, request);
    const headers = signRequest(
      {
        method,
        url,
        headers: request.headers ?? {},
        nowMs: clock.now() + clockOffsetMs,
        payloadHash: payloadHash(request),
      },
      { keyId, secret, region: server.region },
    );
    return http.send({ method, url, headers, limit, signal, ...(body === undefined ? {} : { body }) });
  }

  #urlOf({ url, style }: S3Server, { key = '', query = {} }: S3Request): URL {
    const { bucket } = this.#parts;
    const target = new URL(url);
    if (style === 'host') target.hostname = `${bucket}.${url.hostname}`;
    target.pathname = `${style === 'path' ? `/${encodePathParts(bucket)}` : ''}/${encodePathParts(key)}`;
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    return target;
  }

  #learn({ server, clockOffsetMs }: Belief, response: HttpResponse, body: string): void {
    const { code, region } = readError(body);
    const told = headerOf(response, 'x-amz-bucket-region') ?? region;
    if (told !== undefined && told !== server.region) {
      const url = new URL(server.url);
      if (isAmazon(url.hostname)) url.hostname = amazonServer(told);
      this.#corrected = { ...server, url, region: told };
      return;
    }
    const serverMs = Date.parse(headerOf(response, 'date') ?? '');
    if (code !== 'RequestTimeTooSkewed' || Number.isNaN(serverMs) || clockOffsetMs !== 0) return;
    this.#clockOffsetMs = serverMs - (this.#parts.clock ?? systemClock).now();
  }
}

/** The error in an answer, which is its outermost element. */
export function readError(body: string): {
  readonly code: string | undefined;
  readonly words: string | undefined;
  readonly region: string | undefined;
} {
  const none = { code: undefined, words: undefined, region: undefined };
  if (!body.includes('<Error')) return none;
  const error = parseXml(body);
  if (error.name !== 'Error') return none;
  return { code: textOf(error, 'Code'), words: textOf(error, 'Message'), region: textOf(error, 'Region') };
}

/** Answers 200 before the work is done: copying and completing may still fail in the body. */
export async function readLateFailure(
  client: S3Client,
  response: HttpResponse,
  action: string,
): Promise<string> {
  const body = await readText(response);
  if (readError(body).code === undefined) return body;
  const late = { ...response, status: 500, statusText: 'late failure', body: iterateOnce(Buffer.from(body)) };
  throw await client.failure(late, action);
}

function payloadHash({ body, bodySha256 }: S3Request): string {
  if (bodySha256 !== undefined) return bodySha256.toString('hex');
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array))
    return UNSIGNED_PAYLOAD;
  return createHash('sha256')
    .update(body ?? '')
    .digest('hex');
}

async function* iterateOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
