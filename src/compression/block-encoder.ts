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

function createZstdEncoder(level: number): BlockEncoder {
  const codec = zstdBlockEncoder(level);
  return {
    method: METHOD.zstd,
    encode: (content, output) => encodeZstd(codec, content, output),
    [Symbol.dispose]: () => codec[Symbol.dispose](),
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
