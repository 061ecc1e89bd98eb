import { asBuffer, type RandomAccess } from '../base/index.ts';
import type { ReadMemory } from './archive.ts';
import { StreamFault, unsupported } from './faults.ts';
import type { ForeignMethods } from './foreign-methods.ts';
import { decodePieces, rangePieces } from './stream-pieces.ts';
import { inflateRawDecoder, type SyncCodec, zstdDecoder } from './sync-codec.ts';
import { METHOD, type ZipRecord } from './zip-records.ts';

/** True for methods that Node cannot decompress. */
export function isForeignMethod(method: number): boolean {
  return method !== METHOD.stored && method !== METHOD.deflate && method !== METHOD.zstd;
}

/**
 * Decompresses the contents of one archive. Results are of the declared length, but their checksum is not
 * verified here.
 */
export class ZipContent implements Disposable {
  readonly #source: RandomAccess;
  readonly #volumeName: string;
  readonly #foreign: ForeignMethods | undefined;
  readonly #decoders = new Map<number, SyncCodec>();

  constructor(source: RandomAccess, volumeName: string, foreign: ForeignMethods | undefined) {
    this.#source = source;
    this.#volumeName = volumeName;
    this.#foreign = foreign;
  }

  /**
   * The whole content from its compressed bytes, in `memory` or, where it was not compressed, in those very
   * bytes; without `memory` in its own. Throws a `StreamFault` that says what is wrong with them.
   */
  decodeWhole(record: ZipRecord, stored: Uint8Array, memory: ReadMemory | undefined): Buffer {
    if (record.method === METHOD.stored) return memory === undefined ? Buffer.from(stored) : asBuffer(stored);
    if (record.sizeBytes === 0 && stored.length === 0) return Buffer.alloc(0);
    if (isForeignMethod(record.method)) {
      return collect(this.#foreignPieces(record, stored), record.sizeBytes);
    }
    const decoder = this.#decoder(record.method);
    try {
      // One byte more than declared, so that content which goes on is noticed and the decoder always meets
      // the end of its stream.
      const room = record.sizeBytes + 1;
      const content = decodeWhole(decoder, stored, memory?.take(room) ?? Buffer.allocUnsafe(room));
      // An inflater stays at the end of its stream, a zstd decoder goes on with the next frame; resetting the
      // latter is slow.
      if (record.method === METHOD.deflate) decoder.reset();
      return content;
    } catch (error) {
      decoder.reset();
      throw error;
    }
  }

  /** The content in pieces, from the compressed bytes at `start`. May be shorter or longer than declared. */
  *decodePieces(record: ZipRecord, start: number): Generator<Buffer> {
    const end = start + record.storedBytes;
    if (record.method === METHOD.stored) {
      yield* rangePieces(this.#source, start, end);
    } else if (isForeignMethod(record.method)) {
      yield* this.#foreignPieces(record, this.#source.read(start, record.storedBytes));
    } else {
      using decoder = createDecoder(record.method);
      yield* decodePieces(decoder, rangePieces(this.#source, start, end));
    }
  }

  [Symbol.dispose](): void {
    for (const decoder of this.#decoders.values()) decoder[Symbol.dispose]();
    this.#decoders.clear();
  }

  #decoder(method: number): SyncCodec {
    const known = this.#decoders.get(method);
    if (known !== undefined) return known;
    const decoder = createDecoder(method);
    this.#decoders.set(method, decoder);
    return decoder;
  }

  #foreignPieces(record: ZipRecord, stored: Uint8Array): Generator<Buffer> {
    if (this.#foreign?.has(record.method)) return this.#foreign.pieces(record, stored);
    throw unsupported({
      volumeName: this.#volumeName,
      entry: record.name,
      why: `its compression method ${record.method} is not known`,
    });
  }
}

function createDecoder(method: number): SyncCodec {
  return method === METHOD.deflate ? inflateRawDecoder() : zstdDecoder();
}

/** Fills `output` but for its last byte. */
function decodeWhole(decoder: SyncCodec, stored: Uint8Array, output: Buffer): Buffer {
  const sizeBytes = output.length - 1;
  let used = 0;
  let made = 0;
  do {
    decoder.step(stored.subarray(used), output.subarray(made), 'last');
    if (decoder.consumedBytes + decoder.producedBytes === 0) break;
    used += decoder.consumedBytes;
    made += decoder.producedBytes;
  } while (used < stored.length && made <= sizeBytes);
  if (made > sizeBytes) throw new StreamFault(`its content is longer than the ${sizeBytes} bytes declared`);
  if (used < stored.length) throw new StreamFault('bytes follow the end of its compressed content');
  if (made < sizeBytes) throw new StreamFault(`its content has ${made} bytes instead of ${sizeBytes}`);
  return output.subarray(0, sizeBytes);
}

function collect(pieces: Iterable<Buffer>, sizeBytes: number): Buffer {
  const output = Buffer.allocUnsafe(sizeBytes);
  let made = 0;
  for (const piece of pieces) {
    if (made + piece.length > sizeBytes)
      throw new StreamFault(`its content is longer than the ${sizeBytes} bytes declared`);
    output.set(piece, made);
    made += piece.length;
  }
  if (made < sizeBytes) throw new StreamFault(`its content has ${made} bytes instead of ${sizeBytes}`);
  return output;
}
