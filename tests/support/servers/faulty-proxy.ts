import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { listenLocally } from './listen-locally.ts';

/** What the proxy does to one request instead of passing it on as it is. */
export type ProxyFault =
  /** Answers by itself. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Closes the connection before the server hears of the request. */
  | { readonly kind: 'reset' }
  /** Passes the request on and closes the connection instead of giving the answer. */
  | { readonly kind: 'lose-answer' }
  /** Gives only the beginning of the answer's body, as broken off or, with `isTold`, as if that were all. */
  | { readonly kind: 'cut-answer'; readonly bytes: number; readonly isTold: boolean }
  /** Closes the connection when so much of the request's body has come. */
  | { readonly kind: 'cut-request'; readonly bytes: number }
  /** Passes everything on, a little at a time. */
  | { readonly kind: 'slow'; readonly pieceBytes: number; readonly pauseMs: number };

export interface FaultyProxy {
  readonly port: number;
  /** Methods of the requests so far. */
  readonly methods: readonly string[];
  stop(): void;
}

/**
 * Stands before an HTTP server of this machine and asks for each request, numbered from 1, what is to go
 * wrong with it.
 */
export async function startFaultyProxy(
  targetPort: number,
  plan: (request: {
    readonly number: number;
    readonly method: string;
    readonly path: string;
  }) => ProxyFault | undefined,
): Promise<FaultyProxy> {
  const methods: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    methods.push(method);
    request.on('error', () => {});
    handle(request, response, targetPort, plan({ number: methods.length, method, path }));
  });
  const port = await listenLocally(server);
  return {
    port,
    methods,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function handle(
  request: IncomingMessage,
  response: ServerResponse,
  targetPort: number,
  fault: ProxyFault | undefined,
): void {
  if (fault?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'answer') {
    request.resume();
    request.on('end', () =>
      response.writeHead(fault.status, fault.headers).end(fault.body ?? 'out of order'),
    );
    return;
  }
  const { method, url, headers } = request;
  // Servers check the name they were asked by, which signatures cover.
  const onward = send({ host: '127.0.0.1', port: targetPort, method, path: url, headers }, (answer) => {
    if (fault?.kind === 'lose-answer') {
      answer.resume();
      request.socket.resetAndDestroy();
    } else if (fault?.kind === 'cut-answer') void cutAnswer(answer, response, fault);
    else void passOn(answer, response.writeHead(answer.statusCode ?? 500, answer.headers), fault);
  });
  onward.on('error', () => {
    // The answer to HEAD is whole without a body, even if Swift sends one against the rules.
    if (method !== 'HEAD' || !response.headersSent) request.socket.destroy();
  });
  request.on('close', () => {
    if (!request.complete) onward.destroy();
  });
  if (fault?.kind === 'cut-request') cutRequest(request, fault.bytes);
  void passOn(request, onward, fault);
}

async function passOn(from: Readable, to: Writable, fault: ProxyFault | undefined): Promise<void> {
  if (fault?.kind !== 'slow') {
    from.pipe(to);
    return;
  }
  try {
    await pipeline(from, (pieces: AsyncIterable<Buffer>) => trickle(pieces, fault), to);
  } catch {
    // One of the two sides went away, which the other one is told by its own events.
  }
}

async function* trickle(
  pieces: AsyncIterable<Buffer>,
  { pieceBytes, pauseMs }: Extract<ProxyFault, { readonly kind: 'slow' }>,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += pieceBytes) {
      await delay(pauseMs);
      yield piece.subarray(at, at + pieceBytes);
    }
  }
}

function cutRequest(request: IncomingMessage, bytes: number): void {
  let received = 0;
  request.on('data', (piece: Buffer) => {
    received += piece.length;
    if (received >= bytes) request.socket.destroy();
  });
}

async function cutAnswer(
  answer: IncomingMessage,
  response: ServerResponse,
  { bytes, isTold }: Extract<ProxyFault, { readonly kind: 'cut-answer' }>,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  const part = Buffer.concat(pieces).subarray(0, bytes);
  const { 'transfer-encoding': _encoding, 'content-length': length, ...headers } = answer.headers;
  const whole = length ?? String(Buffer.concat(pieces).length);
  const announced = isTold ? String(part.length) : whole;
  response.writeHead(answer.statusCode ?? 500, { ...headers, 'content-length': announced });
  response.write(part, () => (isTold ? response.end() : response.destroy()));
}
