import type { DestinationError } from '../../destination-error.ts';
import {
  discardBody,
  type FailureContext,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  readFailure,
} from '../http/index.ts';
import { type JsonObject, readJson } from '../json.ts';
import type { AccessToken, AccessTokens } from './access-tokens.ts';

/** How a provider words its refusals. */
export type ErrorReading = Pick<FailureContext, 'read' | 'codes'>;

export interface ExpectedRequest extends HttpRequest {
  readonly failure: FailureContext;
  /** 200 when absent. */
  readonly statuses?: readonly number[];
}

/** HTTP with a token: it is sent along, and renewed once where the storage does not accept it any more. */
export class BearerClient {
  readonly #http: HttpClient;
  readonly #tokens: AccessTokens;
  readonly #errors: ErrorReading;
  /** Kept out of messages. */
  #lastToken = '';

  constructor(http: HttpClient, tokens: AccessTokens, errors: ErrorReading = {}) {
    this.#http = http;
    this.#tokens = tokens;
    this.#errors = errors;
  }

  /** Answers every status. A body must be one that can be opened again. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted();
    const token = await this.#tokens.get(request);
    const response = await this.#sendWith(token, request);
    if (response.status !== 401) return response;
    await discardBody(response);
    this.#tokens.drop(token);
    return this.#sendWith(await this.#tokens.get(request), request);
  }

  /** The same without a token, for addresses that hold their own permission. */
  async sendPlain(request: HttpRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted();
    return this.#http.send(request);
  }

  /** Throws what `failure` makes of any status that is not expected. */
  async expect(request: ExpectedRequest): Promise<HttpResponse> {
    const response = await this.send(request);
    if ((request.statuses ?? [200]).includes(response.status)) return response;
    throw await this.failure(response, request.failure);
  }

  /** The JSON object of an expected answer. */
  async json(request: ExpectedRequest): Promise<JsonObject> {
    return readJson(await this.expect(request));
  }

  /** For requests of whose answer nothing is needed. */
  async done(request: ExpectedRequest): Promise<void> {
    await discardBody(await this.expect(request));
  }

  failure(response: HttpResponse, context: FailureContext): Promise<DestinationError> {
    const { read, codes } = this.#errors;
    return readFailure(response, {
      ...(read === undefined ? {} : { read }),
      ...context,
      codes: { ...codes, ...context.codes },
      secrets: [this.#lastToken, ...(context.secrets ?? [])],
    });
  }

  #sendWith(token: AccessToken, request: HttpRequest): Promise<HttpResponse> {
    this.#lastToken = token.text;
    const headers = { ...request.headers, authorization: `Bearer ${token.text}` };
    return this.#http.send({ ...request, headers });
  }
}
