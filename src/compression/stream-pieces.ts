import type { ByteSink, RandomAccess } from '../base/index.ts';
import { StreamFault } from './faults.ts';
import type { SyncCodec } from './sync-codec.ts';

/** Bytes held at a time when an entry is too large for memory. */
const PIECE_BYTES = 64 * 1024;

/** A range of `source` in pieces of our own memory: whoever takes one may read `source` elsewhere before the next. */
export function* rangePieces(source: RandomAccess, start: number, end: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - start));
  for (let offset = start; offset < end; offset += buffer.length) {
    const length = Math.min(buffer.length, end - offset);
    buffer.set(source.read(offset, length));
    yield buffer.subarray(0, length);
  }
}

/**
 * The decompressed bytes of `input`. Does not object when the stream has not ended: callers check lengths.
 * Bytes after its end are a `StreamFault`.
 */
export function* decodePieces(codec: SyncCodec, input: Iterable<Uint8Array>): Generator<Buffer> {
  const output = Buffer.allocUnsafe(PIECE_BYTES);
  for (const piece of input) {
    let rest = piece;
    let producedBytes = 0;
    do {
      codec.step(rest, output, 'more');
      producedBytes = codec.producedBytes;
      if (codec.consumedBytes + producedBytes === 0 && rest.length > 0) {
        throw new StreamFault('bytes follow the end of the compressed stream');
      }
      rest = rest.subarray(codec.consumedBytes);
      if (producedBytes > 0) yield output.subarray(0, producedBytes);
    } while (rest.length > 0 || producedBytes === output.length);
  }
}

/** Feeds a compressor in pieces and hands its output on as it comes. */
export class EncodeStream {
  readonly #codec: SyncCodec;
  readonly #sink: ByteSink;
  readonly #output = Buffer.allocUnsafe(PIECE_BYTES);
  /** Bytes handed on so far. */
  encodedBytes = 0;

  constructor(codec: SyncCodec, sink: ByteSink) {
    this.#codec = codec;
    this.#sink = sink;
  }

  write(bytes: Uint8Array): void {
    this.#run(bytes, 'more');
  }

  end(): void {
    this.#run(new Uint8Array(0), 'last');
  }

  #run(bytes: Uint8Array, phase: 'more' | 'last'): void {
    let rest = bytes;
    do {
      this.#codec.step(rest, this.#output, phase);
      rest = rest.subarray(this.#codec.consumedBytes);
      this.encodedBytes += this.#codec.producedBytes;
      if (this.#codec.producedBytes > 0) this.#sink(this.#output.subarray(0, this.#codec.producedBytes));
    } while (rest.length > 0 || this.#codec.producedBytes === this.#output.length);
  }
}
