import type { SignalOptions, UploadSource } from '../destination.ts';
import type { DestinationError, DestinationErrorCode } from '../destination-error.ts';
import type { HttpRequest, HttpResponse } from '../support/http/index.ts';
import { type JsonObject, parseJsonObject, readJson, textAt } from '../support/json.ts';
import type { BearerClient, ErrorReading } from '../support/oauth/index.ts';

/** Refusals come as 409 with a summary of the kind `path/not_found/..`. */
export const DROPBOX_ERRORS: ErrorReading = {
  read: (body) => {
    const answer = parseJsonObject(body);
    const summary = textAt(answer, 'error_summary');
    return {
      code: summary?.replace(/\/\.*$/, ''),
      words: textAt(answer, 'user_message', 'text') ?? '',
    };
  },
  codes: {
    too_many_requests: 'destination-throttled',
    too_many_write_operations: 'destination-throttled',
    'path/too_many_write_operations': 'destination-throttled',
    'path/insufficient_space': 'destination-full',
    'to/insufficient_space': 'destination-full',
    insufficient_quota: 'destination-full',
    'path/disallowed_name': 'destination-refused',
  },
};

export interface DropboxCall extends SignalOptions {
  /** As in `files/list_folder`. */
  readonly verb: string;
  readonly argument: JsonObject;
  readonly action: string;
  readonly limit?: HttpRequest['limit'];
  /** What refusals of this call mean. */
  readonly codes?: Readonly<Record<string, DestinationErrorCode>>;
}

export interface DropboxTransfer extends DropboxCall {
  readonly body?: UploadSource | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The two kinds of requests that Dropbox knows: questions in JSON, and transfers that carry their arguments
 * in a header.
 */
export class DropboxClient {
  readonly #client: BearerClient;
  readonly #hosts: { readonly api: string; readonly content: string };

  constructor(client: BearerClient, hosts: { readonly api: string; readonly content: string }) {
    this.#client = client;
    this.#hosts = hosts;
  }

  async call(call: DropboxCall): Promise<JsonObject> {
    const { verb, argument, limit = 'short', signal } = call;
    const response = await this.#client.send({
      signal,
      method: 'POST',
      url: new URL(`${this.#hosts.api}/2/${verb}`),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.keys(argument).length === 0 ? null : argument),
      limit,
    });
    return readJson(await this.expect(response, call));
  }

  /** Answers every status. */
  transfer({ verb, argument, body, headers, signal }: DropboxTransfer): Promise<HttpResponse> {
    return this.#client.send({
      signal,
      method: 'POST',
      url: new URL(`${this.#hosts.content}/2/${verb}`),
      headers: {
        ...headers,
        'dropbox-api-arg': asciiJson(argument),
        ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
      ...(body === undefined ? {} : { body }),
      limit: 'transfer',
    });
  }

  async expect(
    response: HttpResponse,
    call: Pick<DropboxCall, 'action' | 'codes'>,
    statuses: readonly number[] = [200],
  ): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    throw await this.failure(response, call);
  }

  failure(
    response: HttpResponse,
    { action, codes }: Pick<DropboxCall, 'action' | 'codes'>,
  ): Promise<DestinationError> {
    return this.#client.failure(response, { action, ...(codes === undefined ? {} : { codes }) });
  }
}

/** JSON that a header can carry. */
function asciiJson(value: JsonObject): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
