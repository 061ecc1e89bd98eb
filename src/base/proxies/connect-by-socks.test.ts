import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connectBySocks, type SocksPatience } from './connect-by-socks.ts';
import { isSocks, parseProxyAddress, type SocksProxy } from './proxy-address.ts';
import { ProxyError } from './proxy-error.ts';

const NO_LIMIT: SocksPatience = { limitMs: 0 };
const TARGET = { hostname: 'storage.invalid', port: 0x1234 };
const NO_LOGIN = [5, 0];
const GRANTED = [5, 0, 0, 1, 127, 0, 0, 1, 0, 0];

test('connectBySocks() loses nothing that came with the last answer, however late somebody listens', async (t) => {
  const { proxy } = await serve(t, [NO_LOGIN, [...GRANTED, ...Buffer.from('first words')]]);
  const socket = await connectBySocks(proxy, TARGET, NO_LIMIT);
  t.after(() => socket.destroy());
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  const [words] = await once(socket, 'data');
  assert.equal(String(words), 'first words');
});

test('connectBySocks() takes answers that come byte by byte', async (t) => {
  const { proxy } = await serve(t, [NO_LOGIN, GRANTED], { inPieces: true });
  const socket = await connectBySocks(proxy, TARGET, NO_LIMIT);
  socket.destroy();
});

for (const [hostname, sent] of [
  ['storage.invalid', [3, 15, ...Buffer.from('storage.invalid')]],
  ['10.1.2.3', [1, 10, 1, 2, 3]],
  ['2001:db8::5', [4, 0x20, 1, 0x0d, 0xb8, ...Array<number>(11).fill(0), 5]],
  ['::ffff:1.2.3.4', [4, ...Array<number>(10).fill(0), 0xff, 0xff, 1, 2, 3, 4]],
  ['::', [4, ...Array<number>(16).fill(0)]],
] as const) {
  test(`connectBySocks() sends ${hostname} as SOCKS 5 writes it`, async (t) => {
    const { proxy, heard } = await serve(t, [NO_LOGIN, GRANTED]);
    const socket = await connectBySocks(proxy, { ...TARGET, hostname }, NO_LIMIT);
    socket.destroy();
    assert.deepEqual([...heard()], [5, 1, 0, 5, 1, 0, ...sent, 0x12, 0x34]);
  });
}

test('connectBySocks() sends a name as SOCKS 4a writes it', async (t) => {
  const { proxy, heard } = await serve(t, [[0, 90, 0, 0, 0, 0, 0, 0]], { scheme: 'socks4a', user: 'me' });
  const socket = await connectBySocks(proxy, TARGET, NO_LIMIT);
  socket.destroy();
  assert.deepEqual([...heard()], [4, 1, 0x12, 0x34, 0, 0, 0, 1, ...Buffer.from('me\0storage.invalid\0')]);
});

test('connectBySocks() takes the address in an answer as a name or of version 6, too', async (t) => {
  for (const address of [
    [3, 2, 65, 66],
    [4, ...Array<number>(16).fill(1)],
  ]) {
    const { proxy } = await serve(t, [NO_LOGIN, [5, 0, 0, ...address, 0, 0, 33]]);
    const socket = await connectBySocks(proxy, TARGET, NO_LIMIT);
    t.after(() => socket.destroy());
    const [rest] = await once(socket, 'data');
    assert.deepEqual([...rest], [33]);
  }
});

test('connectBySocks() ends its connection when the signal fires, and throws the reason', async (t) => {
  const { proxy, connected } = await serve(t, []);
  const stop = new AbortController();
  const reason = new Error('enough');
  const connecting = connectBySocks(proxy, TARGET, { limitMs: 0, signal: stop.signal });
  const far = await connected;
  const closed = once(far, 'close');
  stop.abort(reason);
  await assert.rejects(connecting, (error) => error === reason);
  await closed;
  await assert.rejects(
    connectBySocks(proxy, TARGET, { limitMs: 0, signal: stop.signal }),
    (error) => error === reason,
  );
});

test('connectBySocks() throws ProxyError for a proxy that is silent, wrong or gone', async (t) => {
  const { proxy } = await serve(t, []);
  await assert.rejects(
    connectBySocks(proxy, TARGET, { limitMs: 50 }),
    isProxyError(/did not answer within 0\.1 s/),
  );
  for (const [answers, because] of [
    [[[4, 0]], /does not speak SOCKS 5/],
    [[NO_LOGIN, [5, 9, 0, 1]], /answered with the unknown code 9/],
    [[NO_LOGIN, [5, 0, 0, 7]], /does not speak SOCKS 5/],
    [[[5, 255]], /wants a user and a password/],
  ] as const) {
    const other = await serve(t, answers);
    await assert.rejects(connectBySocks(other.proxy, TARGET, NO_LIMIT), isProxyError(because));
  }
  const gone = await serve(t, []);
  gone.server.close();
  await once(gone.server, 'close');
  await assert.rejects(connectBySocks(gone.proxy, TARGET, NO_LIMIT), isProxyError(/nothing listens/));
});

test('connectBySocks() refuses what SOCKS cannot say', async (t) => {
  const { proxy } = await serve(t, [NO_LOGIN]);
  const long = { ...TARGET, hostname: 'x'.repeat(256) };
  await assert.rejects(connectBySocks(proxy, long, NO_LIMIT), isProxyError(/no names of hosts as long/));
  const four = await serve(t, [], { scheme: 'socks4' });
  const v6 = { ...TARGET, hostname: '::1' };
  await assert.rejects(connectBySocks(four.proxy, v6, NO_LIMIT), isProxyError(/no addresses of IPv6/));
});

function isProxyError(because: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ProxyError, String(error));
    assert.match(error.message, because);
    assert.match(error.message, /^the proxy 127\.0\.0\.1:\d+ /);
    return true;
  };
}

interface Manner {
  readonly scheme?: string;
  readonly user?: string;
  readonly inPieces?: boolean;
}

/** A proxy that says one of the answers after another, each when it has heard something, and then is silent. */
async function serve(
  t: TestContext,
  answers: readonly (readonly number[])[],
  { scheme = 'socks5h', user = '', inPieces = false }: Manner = {},
) {
  const heard: Buffer[] = [];
  const { promise: connected, resolve } = Promise.withResolvers<Socket>();
  const server = createServer((near) => {
    t.after(() => near.destroy());
    resolve(near);
    near.setNoDelay(true);
    near.on('error', () => near.destroy());
    const left = [...answers];
    near.on('data', async (bytes: Buffer) => {
      heard.push(bytes);
      const answer = Buffer.from(left.shift() ?? []);
      const pieces = inPieces ? [...answer].map((byte) => Buffer.from([byte])) : [answer];
      for (const piece of pieces) {
        near.write(piece);
        await nextTurn();
      }
    });
  });
  const proxy = parseProxyAddress(`${scheme}://${user}@127.0.0.1:${await listen(t, server)}`);
  assert.ok(isSocks(proxy));
  const given: SocksProxy = proxy;
  return { proxy: given, server, connected, heard: () => Buffer.concat(heard) };
}

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
