import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenLocally } from './listen-locally.ts';

export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Anything but text and bytes is sent as JSON. */
  readonly body?: unknown;
}

/** What a provider would answer. It gets only requests that arrived whole. */
export type FakeHandler = (request: FakeRequest) => FakeAnswer;

interface Disturbance {
  readonly matches: (request: FakeRequest) => boolean;
  readonly answer: FakeAnswer;
  /** `before`: the provider never sees the request. `after`: it did what was asked, but its answer is lost. */
  readonly when: 'before' | 'after';
}

/**
 * A stand-in for a provider of storage on a port of this machine, written from what the provider publishes
 * about its interface.
 */
export class FakeService {
  readonly requests: FakeRequest[] = [];
  /** What no client may do; tests look here at their end. */
  readonly violations: string[] = [];
  readonly #disturbances: Disturbance[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #handle: FakeHandler;
  url = '';

  private constructor(handle: FakeHandler) {
    this.#handle = handle;
  }

  /** Starts one; `handle` is asked for every request that is not disturbed. */
  static async start(handle: FakeHandler): Promise<FakeService> {
    const service = new FakeService(handle);
    service.url = `http://127.0.0.1:${await listenLocally(service.#server)}`;
    return service;
  }

  /** Answers the next request that matches in another way, once. */
  disturb(
    matches: (request: FakeRequest) => boolean,
    answer: FakeAnswer,
    when: 'before' | 'after' = 'before',
  ): void {
    this.#disturbances.push({ matches, answer, when });
  }

  /** Notes what a client did wrong, and refuses it. */
  violation(text: string): FakeAnswer {
    this.violations.push(text);
    return { status: 400, body: { violation: text } };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) pieces.push(piece as Buffer);
    } catch {
      // The client gave up: a provider does not act on half a request.
      return;
    }
    const { method = '', url = '/', headers } = request;
    const received = { method, url: new URL(url, this.url), headers, body: Buffer.concat(pieces) };
    this.requests.push(received);
    send(response, this.#answer(received));
  }

  #answer(request: FakeRequest): FakeAnswer {
    const index = this.#disturbances.findIndex(({ matches }) => matches(request));
    const [disturbance] = index < 0 ? [] : this.#disturbances.splice(index, 1);
    if (disturbance?.when === 'before') return disturbance.answer;
    try {
      const answer = this.#handle(request);
      return disturbance?.answer ?? answer;
    } catch (error) {
      return this.violation(error instanceof Error ? (error.stack ?? '') : String(error));
    }
  }
}

/** Bytes as a download answers them, also for a range (RFC 9110, 14). */
export function answerBytes(bytes: Buffer, headers: IncomingHttpHeaders): FakeAnswer {
  const match = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  if (match === null) return { status: 200, body: bytes };
  const first = Number(match[1]);
  if (first >= bytes.length) return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } };
  const part = bytes.subarray(first, Number(match[2]) + 1);
  const range = `bytes ${first}-${first + part.length - 1}/${bytes.length}`;
  return { status: 206, headers: { 'content-range': range }, body: part };
}

/** The text of a query parameter that must be there. */
export function required(url: URL, name: string): string {
  const value = url.searchParams.get(name);
  if (value === null) throw new Error(`${url.pathname} lacks the parameter ${name}`);
  return value;
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: FakeAnswer): void {
  const isPlain = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = isPlain ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const type = isPlain ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': String(bytes.length), ...headers });
  response.end(bytes);
}
