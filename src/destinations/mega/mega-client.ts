import { randomInt } from 'node:crypto';
import { counted } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';
import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';
import {
  discardBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  readFailure,
  readText,
} from '../support/http/index.ts';
import { isRecord, type JsonObject, numberAt } from '../support/json.ts';
import { SharedValue } from '../support/shared-value.ts';
import { solveChallenge } from './solve-challenge.ts';

/** What Mega's numbers for errors mean, in its words; those that are not here are refusals. */
const MEANINGS: Readonly<Record<number, readonly [code: DestinationErrorCode, words: string]>> = {
  [-1]: ['destination-unreachable', 'an internal error'],
  [-3]: ['destination-throttled', 'try again later'],
  [-4]: ['destination-throttled', 'too many requests'],
  [-5]: ['destination-unreachable', 'the upload failed'],
  [-6]: ['destination-throttled', 'too many connections'],
  [-8]: ['destination-unreachable', 'the address for the transfer has expired'],
  [-9]: ['destination-refused', 'not found'],
  [-11]: ['destination-refused', 'access denied'],
  [-14]: ['destination-refused', 'a key does not fit'],
  [-15]: ['destination-refused', 'the session is over'],
  [-16]: ['destination-refused', 'the account is blocked'],
  [-17]: ['destination-full', 'over quota'],
  [-18]: ['destination-throttled', 'not available for the moment'],
  [-24]: ['destination-full', 'this would be over quota'],
  [-26]: ['destination-refused', 'the account has a second factor'],
};

const NOT_FOUND = -9;
const SESSION_OVER = -15;
const SECOND_FACTOR = -26;

export interface MegaCall extends SignalOptions {
  readonly command: JsonObject;
  readonly action: string;
  readonly missing?: 'destination-file-missing' | 'destination-folder-missing';
  readonly limit?: HttpRequest['limit'];
}

/** A login: the id of its session, the key that opens the account's nodes, and whose they are. */
export interface MegaSession {
  readonly id: string;
  readonly masterKey: Buffer;
  readonly user: string;
}

/** Commands of Mega's interface. A session that is over is begun anew, once. */
export class MegaClient {
  readonly #http: HttpClient;
  readonly #endpoint: string;
  readonly #session: SharedValue<MegaSession>;
  #count = randomInt(0x7fff_ffff);

  constructor(http: HttpClient, endpoint: string, logIn: (client: MegaClient) => Promise<MegaSession>) {
    this.#http = http;
    this.#endpoint = endpoint;
    this.#session = new SharedValue(() => logIn(this));
  }

  session(options: SignalOptions): Promise<MegaSession> {
    return this.#session.get(options);
  }

  /** What a command gave. */
  async call(call: MegaCall): Promise<JsonObject> {
    call.signal?.throwIfAborted();
    const session = await this.#session.get(call);
    const answer = await this.#ask(call, session.id);
    if (answer !== SESSION_OVER) return this.#result(call, answer);
    this.#session.drop(session);
    return this.#result(call, await this.#ask(call, (await this.#session.get(call)).id));
  }

  /** The same before there is a session. */
  async callPlain(call: MegaCall): Promise<JsonObject> {
    return this.#result(call, await this.#ask(call, undefined));
  }

  /** A transfer to or from an address that is its own permission. */
  async transfer(request: Omit<HttpRequest, 'limit'>, action: string): Promise<HttpResponse> {
    const response = await this.#http.send({ ...request, limit: 'transfer' });
    if ([200, 206].includes(response.status)) return response;
    const seconds = Number(headerOf(response, 'x-mega-time-left'));
    const failure = await readFailure(response, { action });
    if (response.status !== 509 || !(seconds > 0)) throw failure;
    throw new DestinationError(
      'destination-throttled',
      `Cannot ${action}: this account may transfer nothing more for ${counted(seconds, 'second')}.`,
      { details: { status: response.status, retryAfterMs: seconds * 1000 } },
    );
  }

  close(): void {
    this.#http[Symbol.dispose]();
  }

  /** The answer to one command: an object, or the number of an error. */
  async #ask(call: MegaCall, sessionId: string | undefined): Promise<unknown> {
    const response = await this.#post(call, sessionId, {});
    const challenge = response.status === 402 ? headerOf(response, 'x-hashcash') : undefined;
    if (challenge === undefined) return this.#read(call, response);
    await discardBody(response);
    const proof = { 'x-hashcash': await solveChallenge(challenge, call) };
    return this.#read(call, await this.#post(call, sessionId, proof));
  }

  #post(
    { command, limit = 'short', signal }: MegaCall,
    sessionId: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> {
    this.#count += 1;
    const url = new URL(`${this.#endpoint}/cs?id=${this.#count}`);
    if (sessionId !== undefined) url.searchParams.set('sid', sessionId);
    return this.#http.send({
      signal,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify([command]),
      limit,
    });
  }

  async #read({ action }: MegaCall, response: HttpResponse): Promise<unknown> {
    if (response.status !== 200) throw await readFailure(response, { action });
    const text = await readText(response);
    try {
      const answer: unknown = JSON.parse(text);
      return Array.isArray(answer) ? answer[0] : answer;
    } catch (cause) {
      throw new DestinationError(
        'destination-unreachable',
        'The server answered something that is no JSON.',
        {
          cause,
        },
      );
    }
  }

  #result(call: MegaCall, answer: unknown): JsonObject {
    // Some commands answer with nothing but nought, or with a text.
    if (answer === 0 || typeof answer === 'string') return {};
    const number = typeof answer === 'number' ? answer : (numberAt(answer, 'e') ?? 0);
    if (number < 0) throw megaFailure(call, number);
    if (isRecord(answer)) return answer;
    throw new DestinationError('destination-unreachable', 'The server answered in a way that is not known.');
  }
}

/** The error for one of Mega's numbers. */
export function megaFailure(
  { action, missing }: Pick<MegaCall, 'action' | 'missing'>,
  number: number,
): DestinationError {
  const [meaning, words] = MEANINGS[number] ?? ['destination-refused', 'refused'];
  const code: DestinationErrorCode = number === NOT_FOUND ? (missing ?? meaning) : meaning;
  return new DestinationError(code, `Cannot ${action}: the server answered ${number} (${words}).`, {
    details: { serverCode: number },
    ...hintOf(number),
  });
}

function hintOf(number: number): { readonly hint?: string } {
  if (number === SECOND_FACTOR) return { hint: 'Give its secret by --auth-two-factor-key.' };
  return number === NOT_FOUND ? { hint: 'Check the mail address and the password.' } : {};
}
