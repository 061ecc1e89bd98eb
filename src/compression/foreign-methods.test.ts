import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';

import { joinPieces, makeArchive, NONE, openBytes } from '../../tests/support/archives.ts';
import { FormatError } from '../base/index.ts';

const COURSE = Buffer.alloc(280, 'one course of stones upon another; ');

/** Entries compressed by other programs: Python 3.11 (BZip2, LZMA, XZ) and Duplicati 2.3 (PPMd). */
const SAMPLES = [
  {
    method: 12,
    flags: 0,
    crc: crc32(COURSE),
    sizeBytes: 280,
    stored:
      'QlpoOTFBWSZTWWymLZ8AAFeZgEAAAAgrQd4AIABwQAAAqqeg1GaJ6MhcSKFCQkXGhYbHBA82JHBAwMjg6OiBAoSNChYWH4u5IpwoSDZTFs+A',
  },
  {
    method: 14,
    flags: 2,
    crc: crc32(COURSE),
    sizeBytes: 280,
    stored: 'CQQFAF0AAIAAADebiM52SbR7oU3YY7plR9wEqKUnLqgsSUUjqu4eE7n7urCRaLLFg2c//pKMAA==',
  },
  {
    method: 95,
    flags: 0,
    crc: crc32(COURSE),
    sizeBytes: 280,
    stored:
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AEXAChdADebiM52SbR7oU3YY7plR9wEqKUnLqgsSUUjqu4eE7n7urCRaK/mgAAAWe6CCZySPgwAAUSYAgAAAP044xyxxGf7AgAAAAAEWVo=',
  },
  {
    method: 98,
    flags: 0,
    crc: 2789161123,
    sizeBytes: 147,
    stored:
      '9QDuyVp1tQ1/k0nrftVydIE9pNcikmUeq3q+OKEpVf/xu94MbyQyKZHQR55IcnMFqXSRwBr1PsWOgm5Y43ckvSAFrGLBQNHJiS7KrK+aMGDWaIIkGvNBb2S24oXSCR6t1DKp/amrG/HFvaAA',
  },
];

type Sample = (typeof SAMPLES)[number];

/** A zip whose entry `a` is the sample. */
function zipOf(sample: Sample, stored = Buffer.from(sample.stored, 'base64')): Buffer {
  const bytes = makeArchive('zip', NONE, (writer) => writer.add('a', stored, 'store'));
  const central = bytes.readUInt32LE(bytes.length - 6);
  for (const [flags, method, crc, size] of [
    [6, 8, 14, 22],
    [central + 8, central + 10, central + 16, central + 24],
  ] as const) {
    bytes.writeUInt16LE(sample.flags, flags);
    bytes.writeUInt16LE(sample.method, method);
    bytes.writeUInt32LE(sample.crc, crc);
    bytes.writeUInt32LE(sample.sizeBytes, size);
  }
  return bytes;
}

for (const sample of SAMPLES) {
  test(`ZipReader reads method ${sample.method}, whole and in pieces`, async () => {
    using reader = await openBytes('zip', zipOf(sample));
    const entry = reader.find('a');
    assert.ok(entry);
    const content = reader.read(entry, 1000);
    assert.equal(crc32(content), sample.crc);
    assert.ok(joinPieces(reader.pieces(entry)).equals(content));
    const copy = makeArchive('zip', NONE, (writer) => writer.copy(reader, entry));
    using copied = await openBytes('zip', copy);
    const [again] = copied.entries;
    assert.ok(again);
    assert.ok(copied.read(again, 1000).equals(content));
  });

  test(`ZipReader refuses damaged content of method ${sample.method} or gives it right`, async () => {
    const stored = Buffer.from(sample.stored, 'base64');
    for (let at = 0; at < stored.length; at += 3) {
      const damaged = Buffer.from(stored);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      using reader = await openBytes('zip', zipOf(sample, damaged));
      const [entry] = reader.entries;
      assert.ok(entry);
      try {
        assert.equal(crc32(reader.read(entry, 1000)), sample.crc);
      } catch (error) {
        assert.ok(error instanceof FormatError, `byte ${at}: ${error}`);
      }
    }
  });

  test(`ZipReader refuses content of method ${sample.method} that is longer than declared`, async () => {
    const lying = { ...sample, sizeBytes: sample.sizeBytes - 1 };
    using reader = await openBytes('zip', zipOf(lying));
    const [entry] = reader.entries;
    assert.ok(entry);
    assert.throws(() => reader.read(entry, 1000), FormatError);
    assert.throws(() => joinPieces(reader.pieces(entry)), FormatError);
  });
}

test('ZipReader calls Deflate64 unsupported', async () => {
  const [sample] = SAMPLES;
  assert.ok(sample);
  using reader = await openBytes('zip', zipOf({ ...sample, method: 9 }));
  const [entry] = reader.entries;
  assert.ok(entry);
  assert.throws(() => reader.read(entry, 1000), { code: 'volume-unsupported' });
});
