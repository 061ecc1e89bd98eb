import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHUNKS_AHEAD, writeInChunks } from './write-in-chunks.ts';

const CHUNK_BYTES = 100;

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(pieceBytes);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(memory, 0, at, at + pieceBytes);
    yield memory.subarray(0, length);
  }
}

test('writeInChunks writes every byte at its place, in whichever order the chunks are done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5000 }),
      fc.integer({ min: 1, max: 700 }),
      fc.infiniteStream(fc.nat(20)),
      async (array, pieceBytes, delays) => {
        const written = Buffer.alloc(array.length);
        let underWay = 0;
        await writeInChunks(inPieces(Buffer.from(array), pieceBytes), {
          chunkBytes: CHUNK_BYTES,
          spare: [],
          write: async (offset, bytes) => {
            underWay++;
            assert.ok(underWay <= CHUNKS_AHEAD && bytes.length > 0 && bytes.length <= CHUNK_BYTES);
            for (let turns = delays.next().value ?? 0; turns > 0; turns--) await Promise.resolve();
            bytes.copy(written, offset);
            underWay--;
          },
        });
        assert.deepEqual(written, Buffer.from(array));
      },
    ),
  );
});

test('writeInChunks leaves its memory to the next file', async () => {
  const spare: Buffer[] = [];
  const memories = new Set<ArrayBufferLike>();
  const writer = {
    chunkBytes: CHUNK_BYTES,
    spare,
    write: async (_offset: number, { buffer }: Buffer) => void memories.add(buffer),
  };
  for (let file = 0; file < 5; file++) await writeInChunks(inPieces(Buffer.alloc(10_000), 64), writer);
  assert.ok(memories.size <= CHUNKS_AHEAD + 1, `${memories.size} chunks`);
});

test('writeInChunks throws what a write throws', async () => {
  const failure = new Error('the disk is full');
  await assert.rejects(
    writeInChunks(inPieces(Buffer.alloc(1000), 64), {
      chunkBytes: CHUNK_BYTES,
      spare: [],
      write: () => Promise.reject(failure),
    }),
    failure,
  );
});
