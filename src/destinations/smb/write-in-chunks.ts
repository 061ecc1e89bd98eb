import { asBuffer } from '../../base/index.ts';

/** Chunks under way at once, so that the speed does not hang on the distance. */
export const CHUNKS_AHEAD = 16;

export interface ChunkWriter {
  readonly chunkBytes: number;
  /** Memory for chunks that nobody uses at the moment. It serves again, for the next file too. */
  readonly spare: Buffer[];
  /** Needs the bytes until its promise is kept. */
  write(offset: number, bytes: Buffer): Promise<unknown>;
}

/** Collects what comes into chunks of equal length, of which several are written at the same time. */
export async function writeInChunks(pieces: AsyncIterable<Uint8Array>, writer: ChunkWriter): Promise<void> {
  const { chunkBytes, spare } = writer;
  const takeMemory = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
  const underWay: Promise<unknown>[] = [];
  let chunk = takeMemory();
  let filled = 0;
  let offset = 0;
  const send = async (): Promise<void> => {
    const sent = chunk;
    const written = writer.write(offset, sent.subarray(0, filled)).then(() => spare.push(sent));
    // Whoever waits for it hears of its failure; nobody may be left to wait.
    written.catch(() => {});
    underWay.push(written);
    offset += filled;
    filled = 0;
    chunk = takeMemory();
    if (underWay.length >= CHUNKS_AHEAD) await underWay.shift();
  };
  for await (const piece of pieces) {
    for (let at = 0; at < piece.byteLength; ) {
      const copied = asBuffer(piece).copy(chunk, filled, at);
      filled += copied;
      at += copied;
      if (filled === chunkBytes) await send();
    }
  }
  if (filled > 0) await send();
  await Promise.all(underWay);
  spare.push(chunk);
}
