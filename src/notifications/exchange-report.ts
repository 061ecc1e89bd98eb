import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as requestPlain,
} from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { fingerprintsOf } from '../base/index.ts';
import { chooseProxyFor } from '../base/proxies/index.ts';
import { openAgentThrough } from '../base/proxy-agents/index.ts';
import { NotificationError } from './error.ts';
import type { ReportRequest, Route } from './report-request.ts';
import { trustAuthorities } from './trust-authorities.ts';

/** How much of an answer is worth showing. */
const SHOWN_CHARACTERS = 200;

interface Answer {
  readonly status: number;
  /** The beginning of it. */
  readonly text: string;
}

/**
 * Sends one report by HTTP, and waits for the answer. Throws `notification-untrusted`, and Node's errors.
 * `limitMs`: how long the way through a proxy may take.
 */
export async function exchangeReport(order: ReportRequest, limitMs: number): Promise<Answer> {
  const agent = openAgent(order.url, order.route, limitMs);
  try {
    return await exchange(order, agent);
  } finally {
    agent.destroy();
  }
}

function openAgent(
  url: URL,
  { proxies, authorities, acceptsAny, fingerprints }: Route,
  limitMs: number,
): PlainAgent {
  const isSecure = url.protocol === 'https:';
  const options = {
    rejectUnauthorized: !acceptsAny && fingerprints.length === 0,
    ...trustAuthorities(authorities),
  };
  const proxy = chooseProxyFor(proxies, url);
  if (proxy !== undefined) return openAgentThrough(proxy, { isSecure, options, limitMs });
  return isSecure ? new SecureAgent(options) : new PlainAgent();
}

function exchange(
  { method, url, contentType, body, route, signal }: ReportRequest,
  agent: PlainAgent,
): Promise<Answer> {
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

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let text = '';
  for await (const piece of response.setEncoding('utf8')) if (text.length < SHOWN_CHARACTERS) text += piece;
  const shown = text.slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ').trim();
  return { status: response.statusCode ?? 0, text: shown };
}
