import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import {
  discardBody,
  type FailureContext,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  readFailure,
} from '../support/http/index.ts';
import { type JsonObject, readJson, requiredText } from '../support/json.ts';
import { SharedValue } from '../support/shared-value.ts';

export interface MovistarLogin {
  readonly email: string;
  readonly password: string;
  readonly deviceId: string;
}

/** A login: a cookie, and a key that stands in the address of every request. */
interface Session {
  readonly cookie: string;
  readonly validationKey: string;
}

/** The servers for questions and for uploads. */
export interface MovistarServers {
  readonly main: string;
  readonly uploads: string;
}

export interface MovistarCall extends SignalOptions {
  /** The verb and its query, below `sapi/`. */
  readonly path: string;
  readonly failure: FailureContext;
  /** Makes it a POST. */
  readonly data?: JsonObject;
  readonly limit?: HttpRequest['limit'];
}

/**
 * Calls of Movistar Cloud's interface. A session that is over is answered with a page for people; it is begun
 * anew, once.
 */
export class MovistarClient {
  readonly #http: HttpClient;
  readonly #servers: MovistarServers;
  readonly #login: MovistarLogin;
  readonly #session = new SharedValue(() => this.#logIn());

  constructor(http: HttpClient, servers: MovistarServers, login: MovistarLogin) {
    this.#http = http;
    this.#servers = servers;
    this.#login = login;
  }

  async call({ path, failure, data, limit = 'short', signal }: MovistarCall): Promise<JsonObject> {
    const url = new URL(`${this.#servers.main}/sapi/${path}`);
    const body = data === undefined ? {} : { body: JSON.stringify({ data }) };
    const method = data === undefined ? 'GET' : 'POST';
    const headers = { 'content-type': 'application/json' };
    return this.#json({ signal, method, url, headers, limit, ...body }, failure);
  }

  /** Sends a form with a file. */
  async upload(
    form: Pick<HttpRequest, 'body' | 'headers' | 'signal'>,
    failure: FailureContext,
  ): Promise<JsonObject> {
    const url = new URL(`${this.#servers.uploads}/sapi/upload?action=save&acceptasynchronous=true`);
    return this.#json({ ...form, method: 'POST', url, limit: 'transfer' }, failure);
  }

  /** A request to an address that holds its own permission. Answers every status. */
  sendPlain(request: HttpRequest): Promise<HttpResponse> {
    return this.#http.send(request);
  }

  failure(response: HttpResponse, context: FailureContext): Promise<DestinationError> {
    return readFailure(response, { ...context, secrets: [this.#login.password] });
  }

  close(): void {
    this.#http[Symbol.dispose]();
  }

  async #json(request: HttpRequest, failure: FailureContext): Promise<JsonObject> {
    request.signal?.throwIfAborted();
    const session = await this.#session.get(request);
    let response = await this.#sendIn(session, request);
    if (isOver(response)) {
      await discardBody(response);
      this.#session.drop(session);
      response = await this.#sendIn(await this.#session.get(request), request);
    }
    if (isOver(response) || response.status !== 200) throw await this.failure(response, failure);
    return readJson(response);
  }

  #sendIn({ cookie, validationKey }: Session, request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    url.searchParams.set('validationkey', validationKey);
    return this.#http.send({ ...request, url, headers: { ...request.headers, cookie } });
  }

  async #logIn(): Promise<Session> {
    const { email, password, deviceId } = this.#login;
    const response = await this.#http.send({
      method: 'POST',
      url: new URL(`${this.#servers.main}/sapi/login?action=login`),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-deviceid': deviceId },
      body: new URLSearchParams({ login: email, password }).toString(),
      limit: 'short',
    });
    if (response.status !== 200) throw await this.failure(response, { action: 'log in' });
    const answer = await readJson(response);
    const validationKey = requiredText(answer, 'data', 'validationkey');
    const id = requiredText(answer, 'data', 'jsessionid');
    if (/[;\s]/.test(`${id}${validationKey}`)) {
      throw new DestinationError('destination-unreachable', 'The server gave a session that cannot be used.');
    }
    return { cookie: `JSESSIONID=${id}; validationkey=${validationKey}`, validationKey };
  }
}

function isOver(response: HttpResponse): boolean {
  return response.status === 401 || (headerOf(response, 'content-type') ?? '').includes('text/html');
}
