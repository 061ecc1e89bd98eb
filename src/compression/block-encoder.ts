import type { ZipMethod } from './archive.ts';
import { deflateRawEncoder, type SyncCodec, zstdBlockEncoder, zstdEncoder } from './sync-codec.ts';
import { METHOD } from './zip-records.ts';

/** Compresses whole contents in memory for entries of one zip method. */
export interface BlockEncoder extends Disposable {
  readonly method: number;
  /**
   * Length of the compressed form, written to the start of `output`, which has `encodedBoundBytes` room;
   * `undefined` if it is not shorter.
   */
  encode(content: Uint8Array, output: Uint8Array): number | undefined;
}

/** Below this a probe costs more than it saves. */
const PROBE_FROM_BYTES = 4 * 1024;

/** `undefined` where everything is stored. */
export function createBlockEncoder(method: ZipMethod, level: number): BlockEncoder | undefined {
  switch (method) {
    case 'None':
      return undefined;
    case 'Deflate':
      return level === 0 ? undefined : createDeflateEncoder(level);
    case 'ZStandard':
      return createZstdEncoder(level);
    default:
      return method satisfies never;
  }
}

/**
 * Each range of lengths has a compressor of its own. Zstandard gives its memory back when it was asked for less
 * than a third of it 128 times in a row, and gets it from the system again with the next long content: a page
 * fault for every 2 KB of small files.
 */
const LENGTH_RANGES = [2 * 1024, 16 * 1024, 128 * 1024, Number.POSITIVE_INFINITY];

function createZstdEncoder(level: number): BlockEncoder {
  const codecs = new Map<number, SyncCodec>();
  const codecFor = (sizeBytes: number): SyncCodec => {
    const range = LENGTH_RANGES.findIndex((longest) => sizeBytes <= longest);
    const codec = codecs.get(range) ?? zstdBlockEncoder(level);
    codecs.set(range, codec);
    return codec;
  };
  return {
    method: METHOD.zstd,
    encode: (content, output) => encodeZstd(codecFor(content.length), content, output),
    [Symbol.dispose]() {
      for (const codec of codecs.values()) codec[Symbol.dispose]();
    },
  };
}

/**
 * Deflate takes as long for bytes that cannot shrink as for others. The fastest zstd sees that such bytes are
 * hopeless at many times the speed, and costs a few percent of Deflate's time on the rest, so it is asked
 * first.
 */
function createDeflateEncoder(level: number): BlockEncoder {
  const codec = deflateRawEncoder(level);
  const probe = zstdEncoder(1);
  return {
    method: METHOD.deflate,
    encode(content, output) {
      if (content.length >= PROBE_FROM_BYTES && encodeZstd(probe, content, output) === undefined)
        return undefined;
      codec.reset();
      codec.step(content, output.subarray(0, content.length), 'last');
      return codec.producedBytes < content.length ? codec.producedBytes : undefined;
    },
    [Symbol.dispose]() {
      codec[Symbol.dispose]();
      probe[Symbol.dispose]();
    },
  };
}

function encodeZstd(codec: SyncCodec, content: Uint8Array, output: Uint8Array): number | undefined {
  codec.step(content, output, 'last');
  return codec.producedBytes < content.length ? codec.producedBytes : undefined;
}
