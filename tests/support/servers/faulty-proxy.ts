import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';

/** What the proxy does to one request instead of passing it on as it is. */
export type ProxyFault =
  /** Answers by itself. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Closes the connection before the server hears of the request. */
  | { readonly kind: 'reset' }
  /** Passes the request on and closes the connection instead of giving the answer. */
  | { readonly kind: 'lose-answer' }
  /** Gives only the beginning of the answer's body, as broken off or, with `isTold`, as if that were all. */
  | { readonly kind: 'cut-answer'; readonly bytes: number; readonly isTold: boolean };

export interface FaultyProxy {
  readonly port: number;
  /** Methods of the requests so far. */
  readonly methods: readonly string[];
  stop(): void;
}

/** Stands before an HTTP server of this machine and asks for each request, numbered from 1, what is to go wrong with it. */
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
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
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
    request.on('end', () => response.writeHead(fault.status, fault.headers).end('out of order'));
    return;
  }
  const { method, url, headers } = request;
  // Servers check the name they were asked by, which signatures cover.
  const onward = send({ host: '127.0.0.1', port: targetPort, method, path: url, headers }, (answer) => {
    if (fault?.kind === 'lose-answer') {
      answer.resume();
      request.socket.resetAndDestroy();
    } else if (fault?.kind === 'cut-answer') void cutAnswer(answer, response, fault);
    else answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
  });
  onward.on('error', () => request.socket.destroy());
  request.on('close', () => {
    if (!request.complete) onward.destroy();
  });
  request.pipe(onward);
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
