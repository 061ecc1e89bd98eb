import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { silentLog } from '../../base/index.ts';
import { HttpClient, readText } from '../support/http/index.ts';
import { S3Client } from './s3-client.ts';

const NOW_MS = Date.UTC(2030, 0, 1);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(t: TestContext, answer: Answer): Promise<S3Client> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const timeouts = { shortMs: 5000, listMs: 5000, idleMs: 5000 };
  const tls = { acceptsAny: false, fingerprints: [], authorities: undefined };
  const http = new HttpClient({ timeouts, tls, proxies: {} }, silentLog);
  t.after(() => {
    http[Symbol.dispose]();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return new S3Client({
    http,
    bucket: 'bucket',
    keyId: 'id',
    secret: 'top-secret',
    findServer: async () => ({
      url: new URL(`http://127.0.0.1:${port}`),
      region: 'us-east-1',
      style: 'path',
    }),
    clock: { now: () => NOW_MS },
  });
}

function refuse(response: ServerResponse, status: number, code: string, more = ''): void {
  response.statusCode = status;
  response.end(`<Error><Code>${code}</Code><Message>No.</Message>${more}</Error>`);
}

test('S3Client.send() signs for the region that the server names, once', async (t) => {
  const scopes: string[] = [];
  const client = await serve(t, (request, response) => {
    const scope = /Credential=id\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    scopes.push(scope);
    if (scope === 'eu-north-1') response.end('fine');
    else refuse(response, 400, 'AuthorizationHeaderMalformed', '<Region>eu-north-1</Region>');
  });
  for (let count = 0; count < 2; count++) {
    const response = await client.send({ method: 'GET', key: 'x', limit: 'short' });
    assert.equal(await readText(response), 'fine');
  }
  assert.deepEqual(scopes, ['us-east-1', 'eu-north-1', 'eu-north-1']);
});

test('S3Client.send() signs again what was on its way while another request learnt the region', async (t) => {
  const waiting: ServerResponse[] = [];
  const client = await serve(t, (request, response) => {
    if (request.headers.authorization?.includes('/eu-north-1/')) return void response.end('fine');
    waiting.push(response);
    if (waiting.length < 3) return;
    for (const each of waiting)
      refuse(each, 400, 'AuthorizationHeaderMalformed', '<Region>eu-north-1</Region>');
  });
  const send = async () => (await client.send({ method: 'GET', key: 'x', limit: 'short' })).status;
  assert.deepEqual(await Promise.all([send(), send(), send()]), [200, 200, 200]);
});

test('S3Client.send() follows the clock of the server when its own is wrong, once', async (t) => {
  const times: string[] = [];
  const client = await serve(t, (request, response) => {
    times.push(String(request.headers['x-amz-date']));
    response.setHeader('date', new Date(NOW_MS + 3_600_000).toUTCString());
    refuse(response, 403, 'RequestTimeTooSkewed');
  });
  const response = await client.send({ method: 'GET', key: 'x', limit: 'short' });
  assert.equal(response.status, 403);
  assert.match(await readText(response), /TooSkewed/);
  assert.deepEqual(times, ['20300101T000000Z', '20300101T010000Z']);
});

test('S3Client.expect() tells what a refusal means, in the words of the server', async (t) => {
  const meanings = [
    [404, 'NoSuchKey', 'destination-file-missing'],
    [404, 'NoSuchBucket', 'destination-folder-missing'],
    [403, 'AccessDenied', 'destination-refused'],
    [503, 'SlowDown', 'destination-throttled'],
    [400, 'BadDigest', 'destination-corrupt'],
    [500, 'InternalError', 'destination-unreachable'],
    [507, 'Full', 'destination-full'],
  ] as const;
  let asked = 0;
  const client = await serve(t, (_request, response) => {
    const [status, code] = meanings[asked++] ?? [500, ''];
    response.setHeader('retry-after', '7');
    refuse(response, status, code, '<Hint>top-secret</Hint>');
  });
  for (const [status, serverCode, code] of meanings)
    await assert.rejects(client.expect({ method: 'GET', key: 'x', limit: 'short' }, "read 'x'", [200]), {
      code,
      message: new RegExp(`^Cannot read 'x': the server answered ${status} .*${serverCode}: No\\.`),
      details: { status, serverCode, retryAfterMs: 7000 },
    });
});
