import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { LongReadAgent } from './long-reads.ts';

const BODY = Buffer.alloc(20_000_000, 'all bytes in their order. ');

test('LongReadAgent gives whole bodies in pieces of their own, one after another over one connection', async (t) => {
  let connections = 0;
  const server = createServer((_request, response) => void response.end(BODY));
  server.on('connection', () => void connections++);
  const { port, agent } = await reach(t, server);
  for (let round = 0; round < 2; round++) {
    const request = get({ host: '127.0.0.1', port, agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of response) {
      pieces.push(piece);
      // The reader may take its time, in which nothing is lost and little is read ahead.
      if (pieces.length % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(Buffer.concat(pieces).equals(BODY));
  }
  assert.equal(connections, 1);
});

test('LongReadAgent reports an answer that ends early', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': BODY.length });
    response.write(BODY.subarray(0, 1_000_000), () => response.destroy());
  });
  const { port, agent } = await reach(t, server);
  const request = get({ host: '127.0.0.1', port, agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await assert.rejects(response.toArray(), { code: 'ECONNRESET' });
});

async function reach(t: TestContext, server: Server): Promise<{ port: number; agent: LongReadAgent }> {
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new LongReadAgent({ keepAlive: true });
  t.after(() => agent.destroy());
  return { port, agent };
}
