import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { asBuffer } from '../../base/index.ts';

const COPY_BYTES = 64 * 1024;

interface Copy {
  readonly memory: Buffer;
  /** Where it ends, counted from the first byte. */
  readonly end: number;
}

/**
 * Pieces as a stream that is piped into the connection for data, which `socket` gives once the stream is
 * read. Streams read ahead, while the memory of a piece may be used again as soon as the next one is asked
 * for, so each piece is copied; memory whose bytes are sent serves again.
 */
export function uploadStream(pieces: AsyncIterable<Uint8Array>, socket: () => Socket | undefined): Readable {
  const underWay: Copy[] = [];
  let offset = 0;
  /** What neither waits in the stream nor in the socket. Before there is a socket, nothing is sent. */
  const sentBytes = (): number => {
    const waiting = socket()?.writableLength;
    return waiting === undefined ? 0 : offset - waiting - stream.readableLength * COPY_BYTES;
  };
  const takeMemory = (): Buffer => {
    const [oldest] = underWay;
    if (oldest === undefined || oldest.end > sentBytes()) return Buffer.allocUnsafeSlow(COPY_BYTES);
    underWay.shift();
    return oldest.memory;
  };
  const copies = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.byteLength; at += COPY_BYTES) {
        const memory = takeMemory();
        const length = asBuffer(piece).copy(memory, 0, at, at + COPY_BYTES);
        offset += length;
        underWay.push({ memory, end: offset });
        yield memory.subarray(0, length);
      }
    }
  };
  // One object at most waits in it.
  const stream = Readable.from(copies());
  return stream;
}
