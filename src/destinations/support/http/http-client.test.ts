import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import test, { type TestContext } from 'node:test';
import { type Log, silentLog } from '../../../base/index.ts';
import { parseProxyAddress } from '../../../base/proxies/index.ts';
import { HttpClient, type HttpSettings } from './http-client.ts';
import { discardBody, type HttpRequest, readText } from './http-message.ts';

const LIMIT_MS = 150;
/** For tests of silence; everywhere else a busy machine may be slow. */
const IMPATIENT = { timeouts: { shortMs: LIMIT_MS, listMs: LIMIT_MS, idleMs: LIMIT_MS } };
const SETTINGS: HttpSettings = {
  timeouts: { shortMs: 60_000, listMs: 60_000, idleMs: 60_000 },
  tls: { acceptsAny: false, fingerprints: [], authorities: undefined },
  proxies: {},
};

test('HttpClient.send() gives status, headers and body, and announces the length of what it sends', async (t) => {
  const { url, client } = await serve(t, async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    response.writeHead(201, { 'x-length': request.headers['content-length'] });
    response.end(Buffer.concat(pieces));
  });
  const bodies = ['text', Buffer.from('bytes'), source(['pie', 'ces'])];
  for (const body of bodies) {
    const response = await client.send({ method: 'PUT', url, body, limit: 'transfer' });
    assert.equal(response.status, 201);
    const text = await readText(response);
    assert.equal(response.headers['x-length'], String(text.length));
    assert.ok(['text', 'bytes', 'pieces'].includes(text));
  }
});

test('HttpClient.send() may be given pieces whose memory is used again', async (t) => {
  const { url, client } = await serve(t, (request, response) => void request.pipe(response));
  const memory = Buffer.alloc(40_000);
  const open = async function* () {
    for (const letter of 'abcdef') yield memory.fill(letter);
  };
  const body = { sizeBytes: 240_000, open };
  const text = await readText(await client.send({ method: 'PUT', url, body, limit: 'transfer' }));
  assert.equal(text, [...'abcdef'].map((letter) => letter.repeat(40_000)).join(''));
});

for (const [what, pieces] of [
  ['fewer', ['ab']],
  ['more', ['abc', 'd']],
  ['none', []],
] as const) {
  test(`HttpClient.send() never completes a body with ${what} bytes than announced`, async (t) => {
    let completed = 0;
    const { url, client } = await serve(t, async (request, response) => {
      request.on('error', () => {});
      for await (const _piece of request);
      if (request.complete) completed++;
      response.end();
    });
    const body = { ...source(pieces), sizeBytes: 3 };
    await assert.rejects(client.send({ method: 'PUT', url, body, limit: 'transfer' }), {
      code: 'destination-corrupt',
    });
    assert.equal(completed, 0);
  });
}

test('HttpClient.send() throws the error of the source untouched', async (t) => {
  const { url, client } = await serve(t, (request) => void request.on('error', () => {}).resume());
  const failure = Object.assign(new Error('gone'), { code: 'ECONNRESET', path: '/x' });
  const body = {
    sizeBytes: 10,
    open: async function* () {
      yield Buffer.from('a');
      throw failure;
    },
  };
  await assert.rejects(client.send({ method: 'PUT', url, body, limit: 'transfer' }), failure);
});

test('HttpClient.send() gives an answer that comes before the body was sent', async (t) => {
  const { url, client } = await serve(t, (_request, response) => {
    response.writeHead(401).end('who are you?');
  });
  const body = source(Array.from({ length: 500 }, () => 'x'.repeat(65536)));
  const response = await client.send({ method: 'PUT', url, body, limit: 'transfer' });
  assert.equal(response.status, 401);
  assert.equal(await readText(response), 'who are you?');
});

test('HttpClient.send() gives up a server that does not answer', async (t) => {
  const { url, client } = await serve(t, () => {}, IMPATIENT);
  for (const limit of ['short', 'list', 'transfer'] as const)
    await assert.rejects(client.send({ method: 'GET', url, limit }), {
      code: 'destination-unreachable',
      retryable: true,
    });
});

test('HttpClient.send() gives up a body that stands still, but not one that is read slowly', async (t) => {
  const { url, client } = await serve(
    t,
    (_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
    },
    IMPATIENT,
  );
  const response = await client.send({ method: 'GET', url, limit: 'transfer' });
  let read = '';
  await assert.rejects(
    async () => {
      for await (const piece of response.body) {
        read += String(piece);
        await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT_MS));
      }
    },
    { code: 'destination-unreachable', message: /was silent for/ },
  );
  assert.equal(read, '12345');
});

test('HttpClient.send() throws destination-unreachable for a body that breaks off', async (t) => {
  const { url, client } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('12345', () => response.destroy());
  });
  const response = await client.send({ method: 'GET', url, limit: 'transfer' });
  await assert.rejects(readText(response), { code: 'destination-unreachable' });
});

test('HttpClient.send() ends with the reason of the signal, wherever it is', async (t) => {
  const { url, client } = await serve(t, (request, response) => {
    if (request.url === '/body') response.writeHead(200, { 'content-length': 10 }).write('12345');
  });
  const reason = new Error('enough');
  const wait: HttpRequest = { method: 'GET', url, limit: 'short' };
  await assert.rejects(client.send({ ...wait, signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const sending = client.send({ ...wait, signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await assert.rejects(sending, reason);
  const later = new AbortController();
  const response = await client.send({ ...wait, url: new URL('/body', url), signal: later.signal });
  await assert.rejects(async () => {
    for await (const _piece of response.body) later.abort(reason);
  }, reason);
});

test('HttpClient.send() uses a connection again, and replaces one that the server closed meanwhile', async (t) => {
  const { url, client, server } = await serve(t, (_request, response) => void response.end('x'));
  let connections = 0;
  server.on('connection', () => void connections++);
  for (let count = 0; count < 3; count++)
    await discardBody(await client.send({ method: 'GET', url, limit: 'short' }));
  assert.equal(connections, 1);
  server.closeAllConnections();
  await discardBody(await client.send({ method: 'GET', url, limit: 'short' }));
  assert.equal(connections, 2);
});

test('HttpClient.send() does not repeat what may have been done, nor an answer that has begun', async (t) => {
  let served = 0;
  const { url, client } = await serve(t, (request, response) => {
    served++;
    if (request.url === '/fine') response.end('x');
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy());
    else response.destroy();
  });
  const fine = async (): Promise<void> =>
    discardBody(await client.send({ method: 'GET', url: new URL('/fine', url), limit: 'short' }));
  const unreachable = { code: 'destination-unreachable', retryable: true };
  await fine();
  await assert.rejects(client.send({ method: 'POST', url, body: 'x', limit: 'short' }), unreachable);
  await fine();
  const cut = await client.send({ method: 'GET', url: new URL('/cut', url), limit: 'transfer' });
  await assert.rejects(readText(cut), unreachable);
  assert.equal(served, 4);
});

test('HttpClient.send() throws destination-unreachable where nothing listens', async (t) => {
  const { url, client, server } = await serve(t, () => {});
  server.close();
  await once(server, 'close');
  await assert.rejects(client.send({ method: 'GET', url, limit: 'short' }), {
    code: 'destination-unreachable',
    message: /nothing listens/,
  });
});

test('HttpClient.send() goes through a proxy, except to hosts that are excepted', async (t) => {
  const { url } = await serve(t, (_request, response) => void response.end('direct'));
  const proxied: string[] = [];
  const proxy = await serve(t, (request, response) => {
    proxied.push(request.url ?? '');
    response.end('proxied');
  });
  for (const [exceptions, expected] of [
    ['', 'proxied'],
    ['127.0.0.1', 'direct'],
  ] as const) {
    const client = open(t, { proxies: { http: parseProxyAddress(proxy.url.href), exceptions } });
    assert.equal(await readText(await client.send({ method: 'GET', url, limit: 'short' })), expected);
  }
  assert.deepEqual(proxied, [url.href]);
});

test('HttpClient.send() asks a proxy for a tunnel to a server with TLS', async (t) => {
  const proxy = await serve(t, () => {});
  const asked: string[] = [];
  proxy.server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const client = open(t, { proxies: { https: parseProxyAddress(proxy.url.href) } });
  const url = new URL('https://storage.invalid/');
  await assert.rejects(client.send({ method: 'GET', url, limit: 'short' }), {
    code: 'destination-unreachable',
  });
  assert.deepEqual(asked, ['storage.invalid:443']);
});

test('HttpClient.send() gives up a proxy that never opens its tunnel', async (t) => {
  const proxy = await serve(t, () => {});
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  proxy.server.on('connect', (_request, socket) => {
    t.after(() => socket.destroy());
    resolve();
  });
  const client = open(t, { proxies: { https: parseProxyAddress(proxy.url.href) } });
  const stop = new AbortController();
  const url = new URL('https://storage.invalid/');
  const sent = client.send({ method: 'GET', url, limit: 'short', signal: stop.signal });
  await asked;
  const reason = new Error('enough');
  stop.abort(reason);
  await assert.rejects(sent, (error) => error === reason);
});

test('HttpClient.send() tells requests at the level that was asked for, without what may hold credentials', async (t) => {
  const { url } = await serve(t, (_, response) => response.end());
  const told: string[] = [];
  const log: Log = { write: (level, id, text) => void told.push(`${level} ${id} ${text}`) };
  for (const tellsRequests of [true, false]) {
    using client = new HttpClient({ ...SETTINGS, tellsRequests }, log);
    const secret = new URL('/path?signature=secret', url);
    const headers = { authorization: 'Bearer secret' };
    await discardBody(await client.send({ method: 'GET', url: secret, headers, limit: 'short' }));
  }
  assert.match(told[0] ?? '', /^verbose http GET 127\.0\.0\.1:\d+\/path: 200, \d+ ms$/);
  assert.match(told[1] ?? '', /^profiling http /);
  assert.ok(!told.join().includes('secret'));
});

function source(pieces: readonly string[]) {
  return {
    sizeBytes: pieces.join('').length,
    open: async function* () {
      for (const piece of pieces) yield Buffer.from(piece);
    },
  };
}

function open(t: TestContext, settings: Partial<HttpSettings> = {}): HttpClient {
  const client = new HttpClient({ ...SETTINGS, ...settings }, silentLog);
  t.after(() => client[Symbol.dispose]());
  return client;
}

async function serve(t: TestContext, listener: RequestListener, settings: Partial<HttpSettings> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: new URL(`http://127.0.0.1:${port}/`), server, client: open(t, settings) };
}
