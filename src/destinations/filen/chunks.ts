import type { ByteRange } from '../abilities.ts';
import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import type { FilenClient } from './filen-client.ts';
import type { FilenFile } from './filen-file.ts';

/** Files are cut into chunks of this size, each sealed apart. */
export const CHUNK_BYTES = 1024 * 1024;
/** Chunks asked for before they are needed: each waits for an answer. */
const CHUNKS_AHEAD = 4;

/**
 * The chunks of a file from `first` to before `end`, in order. What was asked for in vain is given up when
 * the reader leaves.
 */
export async function* readChunksOf(
  client: FilenClient,
  file: FilenFile,
  { first, end }: { readonly first: number; readonly end: number },
  { signal }: SignalOptions,
): AsyncGenerator<Buffer> {
  const leaving = new AbortController();
  const signals = signal === undefined ? [leaving.signal] : [signal, leaving.signal];
  const ask = (index: number): Promise<Buffer> => {
    const chunk = readChunk(client, file, index, { signal: AbortSignal.any(signals) });
    // It may fail before it is waited for, and is waited for in its turn.
    chunk.catch(() => {});
    return chunk;
  };
  const asked: Promise<Buffer>[] = [];
  let next = first;
  try {
    for (let index = first; index < end; index += 1) {
      // The next chunks may be here already.
      signal?.throwIfAborted();
      while (next < Math.min(end, index + CHUNKS_AHEAD)) asked.push(ask(next++));
      const chunk = await asked.shift();
      if (chunk !== undefined) yield chunk;
    }
  } finally {
    leaving.abort();
  }
}

/** Exactly the bytes of a range. */
export async function readRangeOf(
  client: FilenClient,
  file: FilenFile,
  { offset, length }: ByteRange,
  options: SignalOptions,
): Promise<Uint8Array> {
  const first = Math.floor(offset / CHUNK_BYTES);
  const end = Math.min(file.chunkCount, Math.ceil((offset + length) / CHUNK_BYTES));
  const chunks: Buffer[] = [];
  for await (const chunk of readChunksOf(client, file, { first, end }, options)) chunks.push(chunk);
  const from = offset - first * CHUNK_BYTES;
  const bytes = Buffer.concat(chunks).subarray(from, from + length);
  if (bytes.byteLength === length) return bytes;
  throw new DestinationError('destination-corrupt', `'${file.name}' ends before byte ${offset + length}.`, {
    details: { name: file.name, offset, length },
  });
}

async function readChunk(
  client: FilenClient,
  { name, path, key }: FilenFile,
  index: number,
  options: SignalOptions,
): Promise<Buffer> {
  const sealed = await client.download(`${path}/${index}`, { ...options, action: `read '${name}'` });
  const bytes = key.openBytes(sealed);
  if (bytes !== undefined) return bytes;
  throw new DestinationError('destination-corrupt', `A part of '${name}' was changed after it was sealed.`, {
    details: { name, index },
  });
}
