import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { silentLog } from '../base/index.ts';
import { findE2Server } from './idrive-e2.ts';
import { HttpClient } from './support/http/index.ts';

test('findE2Server() asks for the server of a key, and takes nothing but the name of a host', async (t) => {
  const answers = ['k9x2.la.idrivee2-17.com\n', '<html>unknown</html>'];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(answers.shift());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tls = { acceptsAny: false, fingerprints: [], authorities: undefined };
  const timeouts = { shortMs: 5000, listMs: 5000, idleMs: 5000 };
  const http = new HttpClient({ timeouts, tls, proxies: {} }, silentLog);
  t.after(() => {
    http[Symbol.dispose]();
    server.close();
  });
  const address = server.address();
  const directory = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/find/`;
  const { url, style } = await findE2Server(http, 'key/id', directory);
  assert.deepEqual(
    [url.href, style, asked],
    ['https://k9x2.la.idrivee2-17.com/', 'path', ['/find/key%2Fid']],
  );
  await assert.rejects(findE2Server(http, 'other', directory), { code: 'destination-refused', hint: /id/ });
});
