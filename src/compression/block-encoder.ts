import type { ZipMethod } from './archive.ts';
import { deflateRawEncoder, type SyncCodec, zstdEncoder } from './sync-codec.ts';
import { METHOD } from './zip-records.ts';

/** Compresses whole contents in memory for entries of one zip method. */
export interface BlockEncoder extends Disposable {
  readonly method: number;
  /** Length of the compressed form, written to the start of `output`, which has `encodedBoundBytes` room; `undefined` if it is not shorter. */
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

/** Up to these lengths zstd works with smaller tables (RFC 8878 leaves that to the encoder; the limits are those of the reference one). */
const TABLE_LIMITS_BYTES = [16 * 1024, 128 * 1024, 256 * 1024] as const;

/** One compressor for each size of its tables: a single one would make them anew whenever small and large contents take turns. */
function createZstdEncoder(level: number): BlockEncoder {
  const codecs = new Map<number, SyncCodec>();
  const codecFor = ({ length }: Uint8Array): SyncCodec => {
    const limit = TABLE_LIMITS_BYTES.find((bytes) => length <= bytes) ?? Number.POSITIVE_INFINITY;
    const known = codecs.get(limit);
    if (known !== undefined) return known;
    const codec = zstdEncoder(level);
    codecs.set(limit, codec);
    return codec;
  };
  return {
    method: METHOD.zstd,
    encode: (content, output) => encodeZstd(codecFor(content), content, output),
    [Symbol.dispose]() {
      for (const codec of codecs.values()) codec[Symbol.dispose]();
    },
  };
}

/**
 * Deflate takes as long for bytes that cannot shrink as for others. The fastest zstd sees that such bytes are hopeless at many times the
 * speed, and costs a few percent of Deflate's time on the rest, so it is asked first.
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
