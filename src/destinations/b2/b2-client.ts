import { systemClock } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';
import type { DestinationError, DestinationErrorCode } from '../destination-error.ts';
import {
  discardBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  readFailure,
} from '../support/http/index.ts';
import { type JsonObject, parseJsonObject, readJson, requiredText, textAt } from '../support/json.ts';
import { SharedValue } from '../support/shared-value.ts';
import type { B2Settings } from './b2-settings.ts';

/** What authorizing an account gave. */
export interface B2Session {
  readonly accountId: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly downloadUrl: string;
  readonly endsAtMs: number;
}

/** Sessions live for a day; they are renewed long before. */
const SESSION_MS = 60 * 60_000;
/** How long to wait where the storage asks for a pause and does not say for how long. */
const USUAL_PAUSE_S = '5';

/** What error codes of the storage mean, where their status does not tell. */
const CODES: Readonly<Record<string, DestinationErrorCode>> = {
  not_found: 'destination-file-missing',
  file_not_present: 'destination-file-missing',
  no_such_file: 'destination-file-missing',
  bad_bucket_id: 'destination-folder-missing',
  cap_exceeded: 'destination-full',
  storage_cap_exceeded: 'destination-full',
  too_many_requests: 'destination-throttled',
  service_unavailable: 'destination-throttled',
  request_timeout: 'destination-unreachable',
  expired_auth_token: 'destination-unreachable',
  bad_sha1: 'destination-corrupt',
};

export interface B2Call extends SignalOptions {
  readonly limit: 'short' | 'list';
}

/** Requests to Backblaze B2 with its session, which is opened once for all calls ("B2 Native API", version 2). */
export class B2Client {
  readonly #http: HttpClient;
  readonly #settings: B2Settings;
  readonly #session: SharedValue<B2Session>;

  constructor(http: HttpClient, settings: B2Settings) {
    this.#http = http;
    this.#settings = settings;
    this.#session = new SharedValue(
      () => this.#authorize(),
      ({ endsAtMs }) => systemClock.now() < endsAtMs,
    );
  }

  /**
   * Calls one of the functions of the storage, such as `b2_list_buckets`. `content` may need what the session
   * tells.
   */
  async call(
    name: string,
    content: (session: B2Session) => JsonObject,
    action: string,
    { limit, signal }: B2Call,
  ): Promise<JsonObject> {
    const response = await this.withSession({ signal }, (session) =>
      this.#http.send({
        method: 'POST',
        url: new URL(`${session.apiUrl}/b2api/v2/${name}`),
        headers: { authorization: session.token, 'content-type': 'application/json' },
        body: JSON.stringify(content(session)),
        limit,
        signal,
      }),
    );
    if (response.status === 200) return readJson(response);
    throw await this.failure(response, action);
  }

  /** Sends with a session; one that the storage no longer takes is replaced once. */
  async withSession(
    options: SignalOptions,
    send: (session: B2Session) => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const session = await this.#session.get(options);
    const response = await send(session);
    if (response.status !== 401) return response;
    await discardBody(response);
    this.#session.drop(session);
    return send(await this.#session.get(options));
  }

  /** Sends a request that carries its own authorization. */
  send(request: HttpRequest): Promise<HttpResponse> {
    return this.#http.send(request);
  }

  failure(response: HttpResponse, action: string): Promise<DestinationError> {
    const read = (body: string) => {
      const error = parseJsonObject(body);
      return { code: textAt(error, 'code'), words: textAt(error, 'message') };
    };
    const isPause = response.status === 429 || response.status === 503;
    const headers = isPause ? { 'retry-after': USUAL_PAUSE_S, ...response.headers } : response.headers;
    const secrets = [this.#settings.credentials.password];
    return readFailure({ ...response, headers }, { action, codes: CODES, read, secrets });
  }

  async #authorize(): Promise<B2Session> {
    const { endpoint, credentials } = this.#settings;
    const login = Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8').toString('base64');
    const response = await this.#http.send({
      method: 'GET',
      url: new URL(`${endpoint}/b2api/v2/b2_authorize_account`),
      headers: { authorization: `Basic ${login}` },
      limit: 'short',
    });
    if (response.status !== 200) throw await this.failure(response, 'log in');
    const answer = await readJson(response);
    return {
      accountId: requiredText(answer, 'accountId'),
      token: requiredText(answer, 'authorizationToken'),
      apiUrl: requiredText(answer, 'apiUrl'),
      downloadUrl: requiredText(answer, 'downloadUrl'),
      endsAtMs: systemClock.now() + SESSION_MS,
    };
  }
}
