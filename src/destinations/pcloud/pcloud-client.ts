import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';
import {
  type FailureContext,
  type HttpRequest,
  type HttpResponse,
  plainWords,
} from '../support/http/index.ts';
import { type JsonObject, numberAt, readJson, textAt } from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';

/** What results other than nought mean; those that are not here are refusals. They come with status 200. */
const MEANINGS: Readonly<Record<number, DestinationErrorCode>> = {
  2002: 'destination-folder-missing',
  2004: 'destination-file-exists',
  2005: 'destination-folder-missing',
  2008: 'destination-full',
  2009: 'destination-file-missing',
  4000: 'destination-throttled',
  5000: 'destination-unreachable',
  5001: 'destination-unreachable',
  5002: 'destination-unreachable',
};

/** A wrong or missing token. */
const LOGIN_RESULTS: ReadonlySet<number> = new Set([1000, 2000, 2094, 2095]);

export interface PcloudCall extends SignalOptions {
  readonly verb: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly action: string;
  readonly limit?: HttpRequest['limit'];
  /** Makes it an upload. */
  readonly body?: UploadSource;
}

/** Calls of pCloud's interface: a path of one word, parameters in the query, and a result in the answer. */
export class PcloudClient {
  readonly #client: BearerClient;
  readonly #endpoint: string;

  constructor(client: BearerClient, endpoint: string) {
    this.#client = client;
    this.#endpoint = endpoint;
  }

  /** The answer of a call that succeeded. */
  async call({ verb, parameters, action, limit = 'short', body, signal }: PcloudCall): Promise<JsonObject> {
    const url = new URL(`${this.#endpoint}/${verb}`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const request = { signal, method: body === undefined ? 'GET' : 'PUT', url, limit } as const;
    const response = await this.#client.expect({
      ...request,
      ...(body === undefined ? {} : { body }),
      failure: { action },
    });
    const answer = await readJson(response);
    const result = numberAt(answer, 'result');
    if (result === 0) return answer;
    throw refusal(action, result ?? -1, textAt(answer, 'error') ?? '');
  }

  /** A request to an address that holds its own permission. */
  sendPlain(request: HttpRequest): Promise<HttpResponse> {
    return this.#client.sendPlain(request);
  }

  failure(response: HttpResponse, context: FailureContext): Promise<DestinationError> {
    return this.#client.failure(response, context);
  }
}

function refusal(action: string, result: number, words: string): DestinationError {
  const said = words === '' ? '' : `: ${plainWords(words, []).replace(/\.$/, '')}`;
  const hint = LOGIN_RESULTS.has(result)
    ? { hint: 'Check the option --authid, and that the account is on this server and not on the other one.' }
    : {};
  return new DestinationError(
    MEANINGS[result] ?? 'destination-refused',
    `Cannot ${action}: the server answered ${result}${said}.`,
    { details: { result }, ...hint },
  );
}
