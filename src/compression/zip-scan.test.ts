import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';

import { DEFLATE, makeArchive, NONE, openBytes, readEntries, ZSTD } from '../../tests/support/archives.ts';
import { seededBytes } from '../../tests/support/seeded-random.ts';
import { dataDescriptor, FLAG, METHOD, SIGNATURE, writeLocalHeader, type ZipRecord } from './zip-records.ts';

const TEXT = Buffer.alloc(150_000, 'scanned from header to header ');

/** Destroys the end records, so that only a scan finds the entries. */
function withoutEnd(bytes: Buffer): Buffer {
  const broken = Buffer.from(bytes);
  broken.fill(0, broken.length - 22);
  return broken;
}

test('openArchive() scans local headers when the end records are destroyed, for every method, with and without descriptors', async () => {
  for (const settings of [DEFLATE, ZSTD, NONE]) {
    const bytes = makeArchive('zip', settings, (writer) => {
      writer.add('text', TEXT, 'compress');
      writer.add('random', seededBytes(70_000), 'compress');
      writer.addPieces('pieces', [TEXT, seededBytes(70_000)], 'compress');
      writer.addPieces('stored pieces', [TEXT], 'store');
      writer.addPieces('empty', [], 'compress');
      writer.add('last', Buffer.alloc(0), 'compress');
    });
    using whole = await openBytes('zip', bytes);
    using scanned = await openBytes('zip', withoutEnd(bytes));
    assert.deepEqual(readEntries(scanned), readEntries(whole));
    assert.deepEqual([...readEntries(scanned).values()][0], TEXT);
  }
});

test('openArchive() scans local headers when a central record is damaged', async () => {
  const bytes = makeArchive('zip', ZSTD, (writer) => {
    writer.add('one', TEXT, 'compress');
    writer.add('two', TEXT, 'compress');
  });
  const end = bytes.length - 22;
  bytes.writeUInt32LE(0, bytes.readUInt32LE(end + 16) + 49);
  using reader = await openBytes('zip', bytes);
  assert.deepEqual([...readEntries(reader).keys()], ['one', 'two']);
});

test('openArchive() finds the end of stored content of unknown length by its descriptor', async () => {
  const inner = Buffer.alloc(20);
  inner.writeUInt32LE(SIGNATURE.descriptor, 0);
  const stored = Buffer.concat([seededBytes(66_000), inner, seededBytes(66_000, 2)]);
  inner.writeUInt32LE(66_000, 8);
  stored.set(inner, 66_000);
  const record: ZipRecord = {
    name: 'a',
    method: METHOD.stored,
    flags: FLAG.descriptor,
    crc32: crc32(stored),
    sizeBytes: stored.length,
    storedBytes: stored.length,
    headerOffset: 0,
  };
  const header = Buffer.alloc(31);
  writeLocalHeader(header, record, 1, 0);
  const directoryStart = Buffer.alloc(4);
  directoryStart.writeUInt32LE(SIGNATURE.central);
  const signed = dataDescriptor(record);
  using reader = await openBytes('zip', Buffer.concat([header, stored, signed, directoryStart]));
  const [entry] = reader.entries;
  assert.ok(entry);
  assert.ok(reader.read(entry, 1e6).equals(stored));
});

test('openArchive() reads descriptors of both widths, with and without signature', async () => {
  const archive = makeArchive('zip', DEFLATE, (writer) => writer.addPieces('a', [TEXT], 'compress'));
  using original = await openBytes('zip', archive);
  const [entry] = original.entries;
  assert.ok(entry);
  const contentEnd = 31 + entry.storedBytes;
  const descriptor = archive.subarray(contentEnd, contentEnd + 16);
  const long = Buffer.alloc(24);
  descriptor.copy(long, 0, 0, 8);
  long.writeBigUInt64LE(BigInt(entry.storedBytes), 8);
  long.writeBigUInt64LE(BigInt(entry.sizeBytes), 16);
  for (const form of [descriptor, descriptor.subarray(4), long, long.subarray(4)]) {
    const rest = archive.subarray(contentEnd + 16);
    const bytes = withoutEnd(Buffer.concat([archive.subarray(0, contentEnd), form, rest]));
    using reader = await openBytes('zip', bytes);
    const [scanned] = reader.entries;
    assert.ok(scanned);
    assert.ok(reader.read(scanned, 1e6).equals(TEXT));
  }
});

test('openArchive() refuses a scan that ends before the directory, because entries may be missing', async () => {
  const bytes = makeArchive('zip', DEFLATE, (writer) => {
    writer.add('one', TEXT, 'compress');
    writer.addPieces('two', [TEXT], 'compress');
  });
  const directoryOffset = bytes.readUInt32LE(bytes.length - 22 + 16);
  await assert.rejects(openBytes('zip', bytes.subarray(0, directoryOffset)), { name: 'FormatError' });
  const first = bytes.indexOf(Buffer.from('504b0304', 'hex'), 4);
  await assert.rejects(openBytes('zip', bytes.subarray(0, first)), {
    code: 'volume-truncated',
    message: /ends before its directory \(at byte/,
  });
});
