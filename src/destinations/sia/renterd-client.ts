import type { DestinationError } from '../destination-error.ts';
import { encodePathParts } from '../support/encode-path.ts';
import {
  discardBody,
  type FailureContext,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  readFailure,
} from '../support/http/index.ts';
import type { JsonObject } from '../support/json.ts';

export interface RenterdSettings {
  /** Ends without a slash. */
  readonly origin: string;
  readonly password: string;
  readonly bucket: string;
}

export interface RenterdRequest extends Omit<HttpRequest, 'url'> {
  /** The part of the program that answers, its verb and the key of an object, as `worker/object/a/b`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

const BUCKET_MISSING = /bucket not found/i;

/** The interface of a renterd: Basic authentication without a user, objects by bucket and key. */
export class RenterdClient {
  readonly #http: HttpClient;
  readonly #settings: RenterdSettings;

  constructor(http: HttpClient, settings: RenterdSettings) {
    this.#http = http;
    this.#settings = settings;
  }

  get bucket(): string {
    return this.#settings.bucket;
  }

  /** Answers every status. */
  send({ path, query = {}, headers, ...request }: RenterdRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted();
    const { origin, password, bucket } = this.#settings;
    const url = new URL(`${origin}/api/${encodePathParts(path)}`);
    url.search = new URLSearchParams({ bucket, ...query }).toString();
    const authorization = `Basic ${Buffer.from(`:${password}`).toString('base64')}`;
    return this.#http.send({ ...request, url, headers: { ...headers, authorization } });
  }

  /** A call whose argument is JSON, and of whose answer nothing is needed. */
  async change(
    path: string,
    body: JsonObject,
    {
      signal,
      statuses = [200, 201, 204],
      ...failure
    }: FailureContext &
      Pick<HttpRequest, 'signal'> & {
        readonly statuses?: readonly number[];
      },
  ): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const request = { signal, method: 'POST', path, headers, body: JSON.stringify(body) };
    const response = await this.send({ ...request, limit: 'short' });
    if (!statuses.includes(response.status)) throw await this.failure(response, failure);
    await discardBody(response);
  }

  /** What a refusal means. It tells in words whether the bucket or the object is missing. */
  failure(response: HttpResponse, context: FailureContext): Promise<DestinationError> {
    return readFailure(response, {
      ...context,
      read: (words) => ({ ...(BUCKET_MISSING.test(words) ? { code: 'NoBucket' } : {}), words }),
      codes: { NoBucket: 'destination-folder-missing' },
      secrets: [this.#settings.password],
    });
  }

  close(): void {
    this.#http[Symbol.dispose]();
  }
}
