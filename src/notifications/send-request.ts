import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as requestPlain,
} from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { errorMessage, fingerprintsOf } from '../base/index.ts';
import { chooseProxyFor, openAgentThrough, type Proxies } from '../base/proxies/index.ts';
import { NotificationError } from './error.ts';

/** Which servers are trusted, and the way to them. */
export interface Route {
  readonly acceptsAny: boolean;
  /** Fingerprints of certificates that are accepted although nothing else vouches for them. */
  readonly fingerprints: readonly string[];
  /** Authorities, PEM; `undefined`: those that come with Node. */
  readonly authorities: readonly string[] | undefined;
  readonly proxies: Proxies;
}

export interface ReportRequest {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  readonly route: Route;
  readonly signal: AbortSignal;
}

const LIMIT_MS = 60_000;
/** How much of an answer is worth showing. */
const SHOWN_CHARACTERS = 200;

/**
 * Sends one report, and waits for the answer that says it was taken. Messages of errors name the host alone:
 * the rest of such an address is often a secret. Throws `notification-unreachable`, `notification-untrusted`,
 * `notification-refused`, or the signal's reason.
 */
export async function sendRequest(order: ReportRequest): Promise<void> {
  const { url, route } = order;
  using agent = openAgent(url, route);
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    const { status, text } = await exchange(order, agent.agent, AbortSignal.any([order.signal, limit]));
    if (status >= 200 && status < 300) return;
    throw new NotificationError(
      'notification-refused',
      `The server ${url.host} did not take the report: it answered ${status}${text === '' ? '' : ` (${text})`}.`,
      { details: { host: url.host, status } },
    );
  } catch (error) {
    if (error instanceof NotificationError) throw error;
    order.signal.throwIfAborted();
    const reason = limit.aborted
      ? `it did not answer within ${LIMIT_MS / 1000} seconds`
      : errorMessage(error);
    throw new NotificationError('notification-unreachable', `Cannot reach ${url.host}: ${reason}.`, {
      details: { host: url.host },
      cause: error,
    });
  }
}

function openAgent(url: URL, route: Route): Disposable & { readonly agent: PlainAgent } {
  const agent = newAgent(url, route);
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}

function newAgent(url: URL, { proxies, authorities, acceptsAny, fingerprints }: Route): PlainAgent {
  const isSecure = url.protocol === 'https:';
  const options = {
    rejectUnauthorized: !acceptsAny && fingerprints.length === 0,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  };
  const proxy = chooseProxyFor(proxies, url);
  if (proxy !== undefined) return openAgentThrough(proxy, { isSecure, options, limitMs: LIMIT_MS });
  return isSecure ? new SecureAgent(options) : new PlainAgent();
}

function exchange(
  { method, url, contentType, body, route }: ReportRequest,
  agent: PlainAgent,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain;
    const headers =
      body === '' ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
    const request = send(url, { method, agent, headers, signal });
    request.on('error', reject);
    // While the way through a proxy is not open, a request that is given up says nothing of it.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    request.on('response', (response) => void readAnswer(response).then(resolve, reject));
    request.once('socket', (socket) => endWhenTrusted(request, socket, { body, route }));
  });
}

/** Sends nothing, not even the address that the request is for, before the certificate is accepted. */
function endWhenTrusted(
  request: ClientRequest,
  socket: Socket,
  { body, route }: { readonly body: string; readonly route: Route },
): void {
  const end = (): void => {
    if (socket instanceof TLSSocket && !isTrusted(socket, route))
      request.destroy(untrusted(socket, request.host));
    else request.end(body);
  };
  const isShakingHands =
    socket instanceof TLSSocket && 'secureConnecting' in socket && socket.secureConnecting === true;
  if (isShakingHands) socket.once('secureConnect', end);
  else end();
}

function isTrusted(socket: TLSSocket, { acceptsAny, fingerprints }: Route): boolean {
  if (socket.authorized || acceptsAny) return true;
  return fingerprintsOf(socket.getPeerCertificate(true)).some((shown) => fingerprints.includes(shown));
}

function untrusted(socket: TLSSocket, host: string): NotificationError {
  const [sha256 = 'unknown'] = fingerprintsOf(socket.getPeerCertificate(true));
  return new NotificationError(
    'notification-untrusted',
    `The certificate of ${host} is none of those that are accepted; its SHA-256 is ${sha256}.`,
    { details: { host, sha256 } },
  );
}

async function readAnswer(
  response: IncomingMessage,
): Promise<{ readonly status: number; readonly text: string }> {
  let text = '';
  for await (const piece of response.setEncoding('utf8')) if (text.length < SHOWN_CHARACTERS) text += piece;
  const shown = text.slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ').trim();
  return { status: response.statusCode ?? 0, text: shown };
}
