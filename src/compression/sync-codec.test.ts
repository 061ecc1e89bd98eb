import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as zlib from 'node:zlib';

import fc from 'fast-check';

import { seededBytes } from '../../tests/support/seeded-random.ts';
import { decodePieces, EncodeStream } from './stream-pieces.ts';
import {
  deflateRawEncoder,
  encodedBoundBytes,
  gunzipDecoder,
  gzipEncoder,
  inflateRawDecoder,
  type SyncCodec,
  zstdBlockEncoder,
  zstdDecoder,
  zstdEncoder,
  zstdStreamEncoder,
} from './sync-codec.ts';

const PAIRS = [
  ['deflate', () => deflateRawEncoder(6), inflateRawDecoder, zlib.inflateRawSync],
  ['gzip', () => gzipEncoder(6), gunzipDecoder, zlib.gunzipSync],
  ['zstd', () => zstdEncoder(3), zstdDecoder, zlib.zstdDecompressSync],
  ['zstd 2 for blocks', () => zstdBlockEncoder(2), zstdDecoder, zlib.zstdDecompressSync],
  ['zstd 3 for blocks', () => zstdBlockEncoder(3), zstdDecoder, zlib.zstdDecompressSync],
  ['zstd beside', () => zstdStreamEncoder(3), zstdDecoder, zlib.zstdDecompressSync],
] as const;

function encode(codec: SyncCodec, pieces: readonly Uint8Array[]): Buffer {
  const output: Buffer[] = [];
  const stream = new EncodeStream(codec, (bytes) => void output.push(Buffer.from(bytes)));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  return Buffer.concat(output);
}

function cut(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
}

function decode(codec: SyncCodec, pieces: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...decodePieces(codec, pieces).map((piece) => Buffer.from(piece))]);
}

for (const [name, encoder, decoder, reference] of PAIRS) {
  test(`SyncCodec for ${name} gives back any bytes, however both sides are cut into pieces`, () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 200 }), (input, cutBytes) => {
        using encoding = encoder();
        using decoding = decoder();
        const encoded = encode(encoding, input);
        assert.deepEqual(reference(encoded), Buffer.concat(input));
        assert.deepEqual(decode(decoding, cut(encoded, cutBytes)), Buffer.concat(input));
      }),
      { numRuns: 50 },
    );
  });

  test(`SyncCodec for ${name} passes megabytes through small buffers`, () => {
    const content = Buffer.concat([
      seededBytes(1 << 20),
      Buffer.alloc(3 << 20, 'text '),
      seededBytes(1 << 19, 2),
    ]);
    using encoding = encoder();
    using decoding = decoder();
    assert.ok(decode(decoding, cut(encode(encoding, cut(content, 100_000)), 70_000)).equals(content));
  });

  test(`SyncCodec for ${name} objects to corrupt bytes and works again after reset()`, () => {
    using encoding = encoder();
    using decoding = decoder();
    const encoded = encode(encoding, [Buffer.alloc(5000, 'some text')]);
    assert.throws(() => decoding.step(Buffer.alloc(100, 0xfe), Buffer.alloc(1000), 'last'), Error);
    decoding.reset();
    assert.deepEqual(decode(decoding, [encoded]), Buffer.alloc(5000, 'some text'));
  });

  test(`SyncCodec for ${name} objects in its last step to a stream that has not ended`, () => {
    using encoding = encoder();
    using decoding = decoder();
    const encoded = encode(encoding, [seededBytes(5000)]);
    assert.throws(() => decoding.step(encoded.subarray(0, -3), Buffer.alloc(6000), 'last'), /unexpected end/);
  });
}

test('zstdEncoder() makes one frame after another', () => {
  using encoder = zstdEncoder(3);
  using decoder = zstdDecoder();
  const output = Buffer.alloc(encodedBoundBytes(100));
  const frames = ['one', 'two', 'three'].map((text) => {
    encoder.step(Buffer.from(text), output, 'last');
    return Buffer.from(output.subarray(0, encoder.producedBytes));
  });
  assert.deepEqual(
    frames.map((frame) => zlib.zstdDecompressSync(frame).toString()),
    ['one', 'two', 'three'],
  );
  assert.equal(decode(decoder, frames).toString(), 'onetwothree');
});

test('encodedBoundBytes() has room for what cannot shrink', () => {
  for (const sizeBytes of [0, 1, 100, 4096, 70_000, 1 << 20]) {
    const content = seededBytes(sizeBytes);
    for (const [name, encoder] of PAIRS) {
      using codec = encoder();
      const output = Buffer.alloc(encodedBoundBytes(sizeBytes));
      codec.step(content, output, 'last');
      assert.equal(codec.consumedBytes, sizeBytes, name);
      assert.ok(codec.producedBytes < output.length, `${name} ${sizeBytes}`);
    }
  }
});

test('decodePieces() objects to bytes after the end of a Deflate stream', () => {
  using decoder = inflateRawDecoder();
  const encoded = zlib.deflateRawSync(Buffer.from('content'));
  assert.throws(() => decode(decoder, [encoded, Buffer.from('more')]), /bytes follow/);
});
