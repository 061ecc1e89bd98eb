import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { uploadStream } from './upload-stream.ts';

/** Collects what one connection sends, slowly enough for the sender to have to wait. */
async function send(stream: (socket: Socket) => ReturnType<typeof uploadStream>): Promise<Buffer> {
  const received: Buffer[] = [];
  const server = createServer(async (socket) => {
    for await (const piece of socket) {
      received.push(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await Promise.all([pipeline(stream(socket), socket), once(server, 'close')]);
  return Buffer.concat(received);
}

test('uploadStream sends all bytes in order, though the memory of every piece is used again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(150_000), { maxLength: 30 }), async (lengths) => {
      const memory = Buffer.alloc(150_000);
      const expected: Buffer[] = [];
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (const [index, length] of lengths.entries()) {
          const piece = memory.fill(index + 1).subarray(0, length);
          expected.push(Buffer.from(piece));
          yield piece;
        }
      }
      const received = await send((socket) => uploadStream(pieces(), () => socket));
      assert.ok(received.equals(Buffer.concat(expected)));
    }),
    { numRuns: 25 },
  );
});

test('uploadStream needs little memory of its own, however much is sent', async () => {
  const memories = new Set<ArrayBufferLike>();
  const piece = new Uint8Array(64 * 1024);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < 500; index++) yield piece;
  }
  await send((socket) => {
    const stream = uploadStream(pieces(), () => socket);
    stream.on('data', ({ buffer }: Buffer) => void memories.add(buffer));
    return stream;
  });
  assert.ok(memories.size < 20, `${memories.size} pieces of memory`);
});

test('uploadStream throws what the source throws', async () => {
  const failure = new Error('cannot be read');
  // biome-ignore lint/correctness/useYield: a source that fails at once
  async function* pieces(): AsyncGenerator<Uint8Array> {
    throw failure;
  }
  const stream = uploadStream(pieces(), () => undefined);
  await assert.rejects(stream.toArray(), failure);
});
