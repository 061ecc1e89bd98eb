import { randomInt } from 'node:crypto';
import type { SignalOptions } from '../destination.ts';
import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';
import {
  type FailureContext,
  type HttpBody,
  type HttpClient,
  type HttpRequest,
  plainWords,
  readBytes,
  readFailure,
} from '../support/http/index.ts';
import { type JsonObject, readJson, recordAt, textAt, valueAt } from '../support/json.ts';

/** Filen's addresses are the same in each of these; one is as good as another. */
const DOMAINS = [
  'filen.io',
  'filen.net',
  'filen-1.net',
  'filen-2.net',
  'filen-3.net',
  'filen-4.net',
  'filen-5.net',
  'filen-6.net',
] as const;

/** The servers for questions, for uploads and for downloads. */
type Server = 'gateway' | 'ingest' | 'egest';

/** What Filen's own codes mean; they come with status 200. Others are refusals. */
const MEANINGS: Readonly<Record<string, DestinationErrorCode>> = {
  file_not_found: 'destination-file-missing',
  folder_not_found: 'destination-folder-missing',
  parent_not_found: 'destination-folder-missing',
  max_storage_reached: 'destination-full',
  rate_limited: 'destination-throttled',
  too_many_requests: 'destination-throttled',
  internal_error: 'destination-unreachable',
};

const HINTS: Readonly<Record<string, string>> = {
  email_or_password_wrong: 'Check the mail address and the password.',
  wrong_password: 'Check the mail address and the password.',
  enter_2fa: 'Give the code of the moment by --two-factor-code, or --api-key, which needs none.',
  wrong_2fa: 'Codes hold for a moment only; --api-key needs none.',
  api_key_not_found: 'Leave --api-key out, or copy it anew from Filen.',
};

export interface FilenCall extends SignalOptions {
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: JsonObject;
  readonly action: string;
  readonly limit?: HttpRequest['limit'];
}

/** Calls of Filen's interface: JSON in an envelope that tells whether it worked. */
export class FilenClient {
  readonly #http: HttpClient;
  readonly #endpoint: string | undefined;
  readonly #domain = DOMAINS[randomInt(DOMAINS.length)] ?? DOMAINS[0];
  /** Sent with everything once it is known. */
  apiKey: string | undefined;

  /** `endpoint` is another address that stands for all servers. */
  constructor(http: HttpClient, endpoint: string | undefined) {
    this.#http = http;
    this.#endpoint = endpoint?.replace(/\/+$/, '');
  }

  /** What a call gave, without its envelope. */
  async call({ path, body, action, limit = 'short', signal }: FilenCall): Promise<JsonObject> {
    const url = new URL(`${this.#addressOf('gateway')}/v3/${path}`);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const method = text === undefined ? 'GET' : 'POST';
    const request = { signal, method, url, limit, headers: { 'content-type': 'application/json' } } as const;
    return this.#data({ ...request, ...(text === undefined ? {} : { body: text }) }, { action });
  }

  /** Sends a part of a file to the servers for uploads. */
  async upload(
    query: Readonly<Record<string, string>>,
    body: HttpBody,
    about: SignalOptions & { readonly action: string },
  ): Promise<JsonObject> {
    const url = new URL(`${this.#addressOf('ingest')}/v3/upload`);
    url.search = new URLSearchParams(query).toString();
    const { signal, action } = about;
    const headers = { 'content-type': 'application/octet-stream' };
    return this.#data({ signal, method: 'POST', url, headers, body, limit: 'transfer' }, { action });
  }

  /** A part of a file. */
  async download(
    path: string,
    { signal, action }: SignalOptions & { readonly action: string },
  ): Promise<Buffer> {
    const url = new URL(`${this.#addressOf('egest')}/${path}`);
    const headers = this.#authorization;
    const response = await this.#http.send({ signal, method: 'GET', url, headers, limit: 'transfer' });
    if (response.status === 200) return readBytes(response);
    throw await this.#failure(response, { action, missing: 'destination-file-missing' });
  }

  close(): void {
    this.#http[Symbol.dispose]();
  }

  async #data(request: HttpRequest, context: FailureContext): Promise<JsonObject> {
    request.signal?.throwIfAborted();
    const headers = { ...request.headers, ...this.#authorization, accept: 'application/json' };
    const response = await this.#http.send({ ...request, headers });
    if (response.status !== 200) throw await this.#failure(response, context);
    const answer = await readJson(response);
    if (valueAt(answer, 'status') === true) return recordAt(answer, 'data');
    throw this.#refusal(context.action, answer);
  }

  #failure(response: Parameters<typeof readFailure>[0], context: FailureContext): Promise<DestinationError> {
    return readFailure(response, { ...context, secrets: [this.apiKey ?? ''] });
  }

  #refusal(action: string, answer: JsonObject): DestinationError {
    const code = textAt(answer, 'code') ?? '';
    const said = plainWords(textAt(answer, 'message') ?? code, [this.apiKey ?? '']).replace(/\.$/, '');
    const hint = Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
    return new DestinationError(
      MEANINGS[code] ?? 'destination-refused',
      `Cannot ${action}: the server answered '${said}'.`,
      { details: { serverCode: code }, ...(hint === undefined ? {} : { hint }) },
    );
  }

  get #authorization(): Readonly<Record<string, string>> {
    return this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` };
  }

  #addressOf(server: Server): string {
    return this.#endpoint ?? `https://${server}.${this.#domain}`;
  }
}
