import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { ProxyAddress } from '../../../base/proxies/index.ts';
import { DestinationError } from '../../destination-error.ts';
import type { Way } from './agents.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { networkFailure } from './network-failure.ts';
import { Patience } from './patience.ts';
import { proxyFailure } from './proxies.ts';
import { bodySizeBytes, sendBody } from './send-body.ts';
import { checkCertificate, isShakingHands, type TlsSettings } from './tls-settings.ts';

export interface Exchange {
  readonly way: Way;
  readonly tls: TlsSettings;
  readonly limitMs: number;
}

/**
 * The server closed a kept connection just when it was used again, so the request hardly reached it, and a
 * new connection helps.
 */
export class StaleConnection extends Error {}

/**
 * Methods whose second time does no harm where the first one did its work. (RFC 9110, 9.2.2; RFC 4918 for
 * those of WebDAV.)
 */
const REPEATABLE: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'PROPFIND',
  'PUT',
  'DELETE',
  'MKCOL',
]);

/**
 * One request and its answer, whatever its status. Throws `DestinationError`, the signal's reason, an error
 * of the body's source, or `StaleConnection`.
 */
export async function exchange(order: HttpRequest, { way, tls, limitMs }: Exchange): Promise<HttpResponse> {
  const kind = order.limit === 'transfer' ? 'silence' : 'total';
  const { proxy } = way;
  const host = proxy === undefined ? order.url.host : `${order.url.host} behind the proxy ${proxy.host}`;
  const patience = new Patience({ kind, limitMs, host }, order.signal);
  const request = start(order, way);
  const answered = new AbortController();
  const stop = (): void => void request.destroy();
  patience.signal.addEventListener('abort', stop, { once: true });
  try {
    const response = receive(request, answered);
    response.catch(() => {});
    await establish(request, tls, { response, signal: patience.signal });
    await Promise.race([
      sendBody(request, order.body, { patience, answered: answered.signal }),
      failureOf(response),
    ]);
    return wrap(await response, { request, patience, proxy, url: order.url });
  } catch (error) {
    patience[Symbol.dispose]();
    request.destroy();
    // Only before an answer began, and only for what may be done twice.
    const isEarly = !answered.signal.aborted && !patience.signal.aborted;
    if (isEarly && request.reusedSocket && isConnectionLost(error) && REPEATABLE.has(order.method))
      throw new StaleConnection();
    throw explain(error, { request, patience, proxy, url: order.url });
  }
}

function start({ method, url, headers, body }: HttpRequest, { agent }: Way): ClientRequest {
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  const mayHaveBody = body !== undefined || method === 'PUT' || method === 'POST';
  const length = mayHaveBody ? { 'content-length': String(bodySizeBytes(body)) } : {};
  return send(url, { method, agent, headers: { ...length, ...headers } });
}

/** Settles with the head of the answer, or with the failure of the connection. */
function receive(request: ClientRequest, answered: AbortController): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', (response) => {
      answered.abort();
      resolve(response);
    });
    request.on('error', reject);
    request.on('close', () => reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
  });
}

/** Never resolves; throws what the promise throws. */
function failureOf(work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => void work.catch(reject));
}

/**
 * Waits until the connection stands and its certificate is accepted: not a byte of a request, nor of its
 * credentials, is sent before.
 */
async function establish(
  request: ClientRequest,
  tls: TlsSettings,
  { response, signal }: { readonly response: Promise<unknown>; readonly signal: AbortSignal },
): Promise<void> {
  const failure = failureOf(response);
  // A request that is destroyed says nothing of it while the way through a proxy is not open.
  if (request.socket === null) await Promise.race([once(request, 'socket', { signal }), failure]);
  const { socket } = request;
  if (socket instanceof TLSSocket) {
    if (isShakingHands(socket)) await Promise.race([once(socket, 'secureConnect'), failure]);
    checkCertificate(socket, tls, request.host);
  } else if (socket?.connecting === true) {
    await Promise.race([once(socket, 'connect'), failure]);
  }
}

interface Conversation {
  readonly request: ClientRequest;
  readonly patience: Patience;
  readonly proxy: ProxyAddress | undefined;
  readonly url: URL;
}

function wrap(message: IncomingMessage, conversation: Conversation): HttpResponse {
  const { statusCode: status = 0 } = message;
  conversation.patience.moved();
  if (status < 400 && !conversation.request.writableEnded) {
    const { host } = conversation.url;
    throw new DestinationError(
      'destination-unreachable',
      `The server ${host} answered before it had everything.`,
    );
  }
  return {
    status,
    statusText: message.statusMessage ?? '',
    headers: message.headers,
    body: readBody(message, conversation),
  };
}

async function* readBody(message: IncomingMessage, conversation: Conversation): AsyncGenerator<Uint8Array> {
  const { patience, request } = conversation;
  try {
    for await (const piece of message) {
      patience.pause();
      yield piece as Buffer;
      patience.signal.throwIfAborted();
      patience.resume();
    }
    patience.signal.throwIfAborted();
  } catch (error) {
    throw explain(error, conversation);
  } finally {
    patience[Symbol.dispose]();
    // An answer that came before the whole request was sent leaves a connection that nobody can use again.
    if (!request.writableFinished) request.destroy();
  }
}

function explain(error: unknown, { patience, proxy, url }: Conversation): unknown {
  if (patience.signal.aborted) return patience.signal.reason;
  return proxyFailure(error, url.host, proxy) ?? networkFailure(error, url.host);
}

function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
