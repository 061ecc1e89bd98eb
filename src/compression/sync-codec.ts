/**
 * Compression and decompression piece by piece without leaving the call. Node's public interface can only do
 * this asynchronously or for a whole buffer with a new compressor each time (ten times slower for small
 * blocks), so this file, and no other, uses what Node's own `deflateSync` uses: the native handle of a zlib
 * stream and its `writeSync`. The shape is checked when a codec is made.
 */
import * as zlib from 'node:zlib';

import { profile } from '../base/index.ts';
import { StreamFault } from './faults.ts';

/**
 * `last`: the input ends here. A compressor then ends its stream; a decompressor then objects to a stream
 * that has not ended.
 */
export type Phase = 'more' | 'last';

type OnError = (message: string, errno: number, code: string) => void;

interface NativeHandle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  reset(): void;
  onerror: OnError;
}

interface NativeStream {
  readonly handle: NativeHandle;
  /** Free output bytes and unread input bytes after the last write. */
  readonly state: Uint32Array;
  close(): void;
}

const { constants } = zlib;
const LARGEST_STEP_BYTES = 0xffffffff;
/** The stream's own output buffer, which is never used here, at its least. */
const chunkSize = 64;

type ZlibStream = zlib.DeflateRaw | zlib.ZstdCompress | zlib.ZstdDecompress;

interface CodecKind {
  open(): ZlibStream;
  readonly lastFlag: number;
  /** False where Node's native reset keeps a past error and loses the parameters, as it does for zstd. */
  readonly canReset: boolean;
}

/** One native compressor or decompressor. Its memory is freed by disposal. */
export class SyncCodec implements Disposable {
  /** Input bytes used by the last step. */
  consumedBytes = 0;
  /** Output bytes made by the last step. */
  producedBytes = 0;
  readonly #kind: CodecKind;
  #stream: NativeStream;
  #fault: StreamFault | undefined;

  constructor(kind: CodecKind) {
    this.#kind = kind;
    this.#stream = this.#open();
  }

  /**
   * Turns as much input into output as fits. Throws a `StreamFault` with zlib's words when the input is
   * corrupt; then only `reset` or disposal helps.
   */
  step(input: Uint8Array, output: Uint8Array, phase: Phase): void {
    const { handle, state } = this.#stream;
    if (Math.max(input.byteLength, output.byteLength) > LARGEST_STEP_BYTES)
      throw new Error('Step too large.');
    const flag = phase === 'last' ? this.#kind.lastFlag : 0;
    this.#fault = undefined;
    const before = profile.enter('compress');
    handle.writeSync(flag, input, 0, input.byteLength, output, 0, output.byteLength);
    profile.enter(before);
    if (this.#fault !== undefined) throw this.#fault;
    this.producedBytes = output.byteLength - (state[0] ?? 0);
    this.consumedBytes = input.byteLength - (state[1] ?? 0);
  }

  /** Forgets the stream in progress and any fault. */
  reset(): void {
    if (this.#kind.canReset) {
      this.#stream.handle.reset();
    } else {
      this.#stream.close();
      this.#stream = this.#open();
    }
  }

  [Symbol.dispose](): void {
    this.#stream.close();
  }

  #open(): NativeStream {
    const stream = nativeStream(this.#kind.open());
    stream.handle.onerror = (message) => {
      this.#fault = new StreamFault(message);
    };
    return stream;
  }
}

/** Levels 0..9. One `last` step ends a stream; `reset` before the next. */
export function deflateRawEncoder(level: number): SyncCodec {
  return zlibCodec(() => zlib.createDeflateRaw({ level, memLevel: 9, chunkSize }));
}

/** Levels 0..9. */
export function gzipEncoder(level: number): SyncCodec {
  return zlibCodec(() => zlib.createGzip({ level, memLevel: 9, chunkSize }));
}

/** Levels 1..22. Each `last` step ends a frame; the next step starts another, without `reset`. */
export function zstdEncoder(level: number): SyncCodec {
  return zstdEncoderWith({ [constants.ZSTD_c_compressionLevel]: level });
}

/**
 * Tables for blocks, in entries as powers of two, for the levels at which backups are made. They have one size
 * for all lengths, small enough for the processor's second cache, and matches have at least 5 bytes.
 */
const BLOCK_TABLES: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  2: {
    [constants.ZSTD_c_strategy]: constants.ZSTD_fast,
    [constants.ZSTD_c_hashLog]: 15,
    [constants.ZSTD_c_minMatch]: 5,
  },
  3: {
    [constants.ZSTD_c_strategy]: constants.ZSTD_dfast,
    [constants.ZSTD_c_hashLog]: 16,
    [constants.ZSTD_c_chainLog]: 15,
    [constants.ZSTD_c_minMatch]: 5,
  },
};

/**
 * The same for blocks of any length, one frame each. Levels 2 and 3 have tables of their own: level 2 packs
 * as fast as zstd's own and up to 1 % better, level 3 takes a tenth less time for 0.6 % more bytes.
 */
export function zstdBlockEncoder(level: number): SyncCodec {
  return zstdEncoderWith({ [constants.ZSTD_c_compressionLevel]: level, ...BLOCK_TABLES[level] });
}

/** Bytes that the thread of a `zstdStreamEncoder` compresses at a time. */
const JOB_BYTES = 1024 * 1024;

/**
 * The same for one long content in many steps: a thread of its own compresses while the caller makes the next
 * bytes.
 */
export function zstdStreamEncoder(level: number): SyncCodec {
  return zstdEncoderWith({
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_nbWorkers]: 1,
    [constants.ZSTD_c_jobSize]: JOB_BYTES,
  });
}

function zstdEncoderWith(params: Readonly<Record<number, number>>): SyncCodec {
  return zstdCodec(() => zlib.createZstdCompress({ params, chunkSize }));
}

/** Stops at the end of the stream: later bytes stay unread. `reset` before the next stream. */
export function inflateRawDecoder(): SyncCodec {
  return zlibCodec(() => zlib.createInflateRaw({ chunkSize }));
}

/** Goes on through concatenated members. */
export function gunzipDecoder(): SyncCodec {
  return zlibCodec(() => zlib.createGunzip({ chunkSize }));
}

/** A step stops at the end of a frame; the next step goes on with the next frame. Windows above 128 MiB are refused. */
export function zstdDecoder(): SyncCodec {
  return zstdCodec(() => zlib.createZstdDecompress({ chunkSize }));
}

function zlibCodec(open: () => ZlibStream): SyncCodec {
  return new SyncCodec({ open, lastFlag: constants.Z_FINISH, canReset: true });
}

function zstdCodec(open: () => ZlibStream): SyncCodec {
  return new SyncCodec({ open, lastFlag: constants.ZSTD_e_end, canReset: false });
}

/** Room for the compressed form of `sizeBytes` bytes by any of the encoders, however badly they shrink. */
export function encodedBoundBytes(sizeBytes: number): number {
  return sizeBytes + (sizeBytes >>> 7) + 512;
}

function nativeStream(stream: ZlibStream): NativeStream {
  const parts: unknown = stream;
  if (hasNativeParts(parts)) {
    return { handle: parts._handle, state: parts._writeState, close: () => stream.close() };
  }
  throw new Error(
    `Node ${process.version} does not offer synchronous compression in the way this program knows.`,
  );
}

function hasNativeParts(stream: unknown): stream is { _handle: NativeHandle; _writeState: Uint32Array } {
  if (typeof stream !== 'object' || stream === null) return false;
  if (!('_handle' in stream) || !('_writeState' in stream)) return false;
  const handle = stream._handle;
  if (typeof handle !== 'object' || handle === null || !(stream._writeState instanceof Uint32Array))
    return false;
  return (
    'writeSync' in handle &&
    typeof handle.writeSync === 'function' &&
    'reset' in handle &&
    typeof handle.reset === 'function' &&
    'onerror' in handle
  );
}
