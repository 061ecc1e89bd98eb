import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { RemoteFile } from '../destination.ts';
import { openDestination } from '../registry.ts';

/** Lists one file and says in the end what it is told to say; nothing else. */
async function startListingServer(t: TestContext, lastWords: string): Promise<number> {
  const data = createServer((socket) => {
    socket.end('-rw-r--r-- 1 me me 5 Nov 21 07:22 a.zip\r\n');
  });
  const dataPort = await listen(t, data);
  const answers: Readonly<Record<string, string>> = {
    USER: '331 Password, please',
    PASS: '230 Come in',
    PWD: '257 "/"',
    CWD: '250 Done',
    TYPE: '200 Done',
    PASV: `227 Passive (127,0,0,1,${dataPort >> 8},${dataPort & 255})`,
    LIST: `150 Here it comes\r\n${lastWords}`,
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 Hello\r\n');
    socket.on('data', (text) => {
      const [command = ''] = String(text).trim().split(' ');
      socket.write(`${answers[command] ?? '502 Not known'}\r\n`);
    });
  });
  return listen(t, server);
}

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function list(port: number, query = ''): Promise<readonly RemoteFile[]> {
  await using destination = await openDestination(`ftp://me:x@127.0.0.1:${port}/${query}`);
  const files: RemoteFile[] = [];
  for await (const file of destination.list()) files.push(file);
  return files;
}

const CUT = '226-Options: -a -l\r\n226 Output truncated to 2000 matches';

test('FtpClient.list() refuses a listing that the server cut off', async (t) => {
  const port = await startListingServer(t, CUT);
  await assert.rejects(list(port), {
    code: 'destination-refused',
    retryable: false,
    message: /cuts listings/,
  });
});

test('FtpClient.list() takes a cut listing for complete where the user wants that', async (t) => {
  const port = await startListingServer(t, CUT);
  const [file] = await list(port, '?ignore-pureftpd-limit-issue=true');
  assert.equal(file?.name, 'a.zip');
});

test('FtpClient.list() gives names and sizes', async (t) => {
  const [file] = await list(await startListingServer(t, '226 3 matches total'));
  assert.deepEqual([file?.name, file?.sizeBytes], ['a.zip', 5]);
});
