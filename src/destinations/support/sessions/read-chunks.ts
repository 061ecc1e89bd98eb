import type { SignalOptions, UploadSource } from '../../destination.ts';
import { PendingWork } from '../pending-work.ts';
import { wrongLength } from '../wrong-length.ts';

/** Some bytes of a file, in memory, so that they can be sent again. */
export interface Chunk {
  readonly offset: number;
  /** Good until the next chunk is asked for. */
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/**
 * The bytes of a source in chunks of one size, but for the first one where it is to have another; the last is
 * shorter, and an empty file is one empty chunk. The last chunk is given only when the source has proved to
 * be as long as it announced; else `destination-corrupt` is thrown.
 */
export async function* readChunks(
  source: UploadSource,
  chunkBytes: number,
  options: SignalOptions & { readonly firstBytes?: number } = {},
): AsyncGenerator<Chunk> {
  const { sizeBytes } = source;
  const { firstBytes = chunkBytes } = options;
  const buffer = Buffer.allocUnsafeSlow(Math.min(Math.max(chunkBytes, firstBytes), sizeBytes));
  let offset = 0;
  let filled = 0;
  let wanted = firstBytes;
  for await (const piece of withSignal(source.open(), options)) {
    if (offset + filled + piece.byteLength > sizeBytes)
      throw wrongLength(offset + filled + piece.byteLength, sizeBytes);
    let rest = piece;
    while (rest.byteLength > 0) {
      if (filled === wanted) {
        yield { offset, bytes: buffer.subarray(0, filled), isLast: false };
        offset += filled;
        filled = 0;
        wanted = chunkBytes;
      }
      const part = rest.subarray(0, wanted - filled);
      buffer.set(part, filled);
      filled += part.byteLength;
      rest = rest.subarray(part.byteLength);
    }
  }
  if (offset + filled !== sizeBytes) throw wrongLength(offset + filled, sizeBytes);
  yield { offset, bytes: buffer.subarray(0, filled), isLast: true };
}

/** Bytes in memory as a source, in pieces so small that time limits see them move. */
export function bytesSource(bytes: Uint8Array, pieceBytes = 65_536): UploadSource {
  return {
    sizeBytes: bytes.byteLength,
    open: async function* () {
      for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

/** The same pieces, but a source that hangs does not hold up an abort. */
async function* withSignal(
  pieces: AsyncIterable<Uint8Array>,
  options: SignalOptions,
): AsyncGenerator<Uint8Array> {
  const work = new PendingWork();
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await work.run(iterator.next(), options);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs may never come to its end.
    iterator.return?.()?.catch(() => {});
  }
}
