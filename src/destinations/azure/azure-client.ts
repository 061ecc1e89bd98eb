import { systemClock } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';
import type { DestinationError, DestinationErrorCode } from '../destination-error.ts';
import { encodePathPart } from '../support/encode-path.ts';
import {
  type HttpBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  readFailure,
} from '../support/http/index.ts';
import { bodySizeBytes } from '../support/http/send-body.ts';
import { parseXml, textOf } from '../support/xml.ts';
import { signAzure } from './authorization.ts';
import type { AzureSettings } from './azure-settings.ts';

export interface AzureRequest extends SignalOptions {
  readonly method: string;
  /** `undefined` for the container itself. */
  readonly blob?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  readonly limit: HttpRequest['limit'];
}

/** The version of the service's interface that is spoken. */
const VERSION = '2021-08-06';

/** What error codes of the service mean, where their status does not tell. */
const CODES: Readonly<Record<string, DestinationErrorCode>> = {
  BlobNotFound: 'destination-file-missing',
  ContainerNotFound: 'destination-folder-missing',
  ContainerBeingDeleted: 'destination-unreachable',
  BlobAlreadyExists: 'destination-file-exists',
  Md5Mismatch: 'destination-corrupt',
  InvalidMd5: 'destination-corrupt',
  ServerBusy: 'destination-throttled',
  OperationTimedOut: 'destination-unreachable',
};

/** Of a copy whose source is not there; with another status it may not be read. */
const MISSING_CODES: typeof CODES = { ...CODES, CannotVerifyCopySource: 'destination-file-missing' };

/** Signed requests to one container. */
export class AzureClient {
  readonly #http: HttpClient;
  readonly #settings: AzureSettings;

  constructor(http: HttpClient, settings: AzureSettings) {
    this.#http = http;
    this.#settings = settings;
  }

  /** The address of a blob, with the signature where one opens it. */
  urlOf(blob: string | undefined, query: Readonly<Record<string, string>> = {}): URL {
    const { endpoint, container, authorization } = this.#settings;
    const url = new URL(`${endpoint}/${encodePathPart(container)}`);
    if (blob !== undefined) url.pathname += `/${encodePathPart(blob).replaceAll('%2F', '/')}`;
    if (authorization.kind === 'signature') url.search = authorization.token;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** Sends one request and answers any status. */
  send({ method, blob, query, body, limit, signal, ...request }: AzureRequest): Promise<HttpResponse> {
    const { authorization } = this.#settings;
    const url = this.urlOf(blob, query);
    const unsigned = {
      ...request.headers,
      'x-ms-date': new Date(systemClock.now()).toUTCString(),
      'x-ms-version': VERSION,
      ...(method === 'PUT' ? { 'content-length': String(bodySizeBytes(body)) } : {}),
    };
    const headers =
      authorization.kind === 'signature'
        ? unsigned
        : { ...unsigned, authorization: signAzure({ method, url, headers: unsigned }, authorization) };
    return this.#http.send({ method, url, headers, limit, signal, ...(body === undefined ? {} : { body }) });
  }

  /** Sends one request and answers only the statuses that are expected; any other is thrown as what it means. */
  async expect(request: AzureRequest, action: string, statuses: readonly number[]): Promise<HttpResponse> {
    const response = await this.send(request);
    if (statuses.includes(response.status)) return response;
    throw await this.failure(response, action);
  }

  failure(response: HttpResponse, action: string): Promise<DestinationError> {
    const { authorization } = this.#settings;
    const code = headerOf(response, 'x-ms-error-code');
    const read = (body: string) => {
      if (!body.includes('<Error')) return { code, words: '' };
      const error = parseXml(body.replace(/^\ufeff/, ''));
      return { code: code ?? textOf(error, 'Code'), words: textOf(error, 'Message') };
    };
    const secrets = authorization.kind === 'signature' ? [authorization.token] : [];
    const codes = response.status === 404 ? MISSING_CODES : CODES;
    return readFailure(response, { action, codes, read, secrets });
  }
}
